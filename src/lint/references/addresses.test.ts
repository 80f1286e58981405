import { aPod, judgesReleases, object } from '../../../test/support/a-deployment.ts';
import { addresses } from './addresses.ts';

const told = (address: string): string =>
  aPod(`{ containers: [{ name: a, env: [{ name: URL, value: "${address}" }] }] }`);
const turso = object('v1', 'Service', 'turso', 'spec: { ports: [{ port: 8080 }] }');
const model = (text: string): string =>
  `---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: m, labels: { cowabungaai: chat } }\ndata:\n  models.toml: |\n    [[models]]\n    ${text}\n`;

judgesReleases(addresses, {
  silent: {
    'a service of the namespace': told('http://turso.ns.svc.cluster.local:8080') + turso,
    'an address without a port': told('turso.ns.svc') + turso,
    'a pod of a service': told('db-0.turso.ns.svc:8080') + turso,
    'a service of somebody else': told('http://keycloak.keycloak.svc.cluster.local'),
    'a service an operator makes':
      told('pg-rw.ns.svc:5432') + object('postgresql.cnpg.io/v1', 'Cluster', 'pg'),
    'a host outside': told('https://turso.example.com:8081'),
    'a name that is settled at deployment': told('http://turso.###ZARF_VAR_NS###.svc:8081') + turso,
    'a backend of a model': model('backend = "turso:8080"') + turso,
    'a backend in a config map of another kind': object(
      'v1',
      'ConfigMap',
      'm',
      'data: { a.toml: "backend = \\"x:1\\"" }',
    ),
  },
  finds: {
    'another port': [
      told('http://turso.ns.svc.cluster.local:8081') + turso,
      "error 5: it is told the address turso.ns:8081, service 'turso' has port 8080",
    ],
    'another name': [
      told('http://db.ns.svc:8080') + turso,
      "error 5: it is told the address db.ns:8080, and namespace 'ns' has no service 'db'",
    ],
    'another namespace': [
      told('http://turso.other.svc:8080') + turso,
      "nothing deploys to namespace 'other'",
    ],
    'an argument': [
      aPod('{ containers: [{ name: a, args: [--db, turso.ns.svc:1] }] }') + turso,
      'turso.ns:1',
    ],
    'a config map': [
      object('v1', 'ConfigMap', 'm', 'data: { url: "http://x.ns.svc:80/a" }') + turso,
      'x.ns:80',
    ],
    'a backend nobody serves': [
      model('backend = "whisper:50051"') + turso,
      "error 6: it is told the address whisper.ns:50051, and namespace 'ns' has no service 'whisper'",
    ],
    'a backend of another port': [
      model('backend = "turso:50051"') + turso,
      "service 'turso' has port 8080",
    ],
  },
  nothing: 'no address inside the cluster is named',
  absent: told('http://turso.ns.svc:8080'),
});
