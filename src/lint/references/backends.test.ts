import { aPod, judgesReleases, object } from '../../../test/support/a-deployment.ts';
import { backends } from './backends.ts';

const service = (ports = '{ name: http, port: 80, targetPort: 8080 }'): string =>
  object('v1', 'Service', 'api', `spec: { selector: { app: api }, ports: [${ports}] }`);
const exposing = (rest: string): string =>
  object(
    'uds.dev/v1alpha1',
    'Package',
    'p',
    `spec: { network: { expose: [{ host: a, gateway: tenant, ${rest} }] } }`,
  );
const ingress = (port: string): string =>
  object(
    'networking.k8s.io/v1',
    'Ingress',
    'i',
    `spec: { rules: [{ http: { paths: [{ backend: { service: { name: api, port: ${port} } } }] } }] }`,
  );
const webhook = (namespace: string): string =>
  object(
    'admissionregistration.k8s.io/v1',
    'ValidatingWebhookConfiguration',
    'w',
    `webhooks: [{ clientConfig: { service: { name: api, namespace: ${namespace}, port: 80 } } }]`,
  );

judgesReleases(backends, {
  silent: {
    'a service that is exposed': exposing('service: api, port: 80, targetPort: 8080') + service(),
    'one number for all': exposing('service: api, port: 8080') + service('{ port: 8080 }'),
    'a port by name':
      exposing('service: api, port: 8080') +
      service('{ port: 8080, targetPort: http }') +
      aPod('{ containers: [{ name: a, ports: [{ name: http, containerPort: 8080 }] }] }'),
    'a redirect without a service': exposing('advancedHTTP: { redirect: { uri: / } }'),
    'an ingress by number': ingress('{ number: 80 }') + service(),
    'an ingress by name': ingress('{ name: http }') + service(),
    'a service an operator makes':
      ingress('{ number: 80 }') + object('example.com/v1', 'Database', 'd'),
    'a webhook of somebody else': webhook('istio-system'),
    'a webhook of ours': webhook('ns') + service(),
    'a port that is settled at deployment':
      exposing('service: api, port: "###ZARF_VAR_P###"') + service(),
    'a route to something else': object(
      'gateway.networking.k8s.io/v1',
      'HTTPRoute',
      'r',
      'spec: { rules: [{ backendRefs: [{ kind: ServiceImport, name: x }] }] }',
    ),
  },
  finds: {
    'a service nobody makes': [
      exposing('service: web, port: 80') + service(),
      "error 5: it sends to service 'web', which nothing makes in namespace 'ns'",
    ],
    'a port the service does not have': [
      exposing('service: api, port: 8080') + service(),
      "error 5: it sends to port 8080 of service 'api', which has 80, http",
    ],
    'a port of the pods that is not said': [
      exposing('service: api, port: 80') + service(),
      "error 5: traffic is allowed to port 80 of the pods, service 'api' leads to 8080; set targetPort",
    ],
    'the same by the name of a port': [
      exposing('service: api, port: 80') +
        service('{ port: 80, targetPort: http }') +
        aPod('{ containers: [{ name: a, ports: [{ name: http, containerPort: 8080 }] }] }'),
      "service 'api' leads to 8080",
    ],
    'an ingress to a port that is not there': [
      ingress('{ number: 81 }') + service(),
      "it sends to port 81 of service 'api'",
    ],
    'a route to a service nobody makes': [
      object(
        'gateway.networking.k8s.io/v1',
        'HTTPRoute',
        'r',
        'spec: { rules: [{ backendRefs: [{ name: x, port: 80 }] }] }',
      ),
      "service 'x'",
    ],
    'a stateful set without its service': [
      object('apps/v1', 'StatefulSet', 's', 'spec: { serviceName: db }'),
      "service 'db'",
    ],
    'a webhook to nowhere': [webhook('ns'), "service 'api', which nothing makes in namespace 'ns'"],
    'an API service to nowhere': [
      object(
        'apiregistration.k8s.io/v1',
        'APIService',
        'v1.a',
        'spec: { service: { name: api, namespace: ns } }',
      ),
      "service 'api'",
    ],
  },
  nothing: 'nothing sends to a service',
  absent: exposing('service: web, port: 80'),
});
