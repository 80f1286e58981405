import { aPod, judgesPackages } from '../../../test/support/a-deployment.ts';
import { probes } from './probes.ts';

const pod = (container: string): string =>
  aPod(
    `{ containers: [{ name: a, ${container} }, { name: b, ports: [{ name: admin, containerPort: 9090 }] }] }`,
  );
const ports = 'ports: [{ name: http, containerPort: 8080 }]';

judgesPackages(probes, {
  silent: {
    'a name of the container': pod(`${ports}, readinessProbe: { httpGet: { port: http } }`),
    'a number of the container': pod(`${ports}, livenessProbe: { tcpSocket: { port: 8080 } }`),
    'a number of its neighbour': pod(`${ports}, startupProbe: { httpGet: { port: 9090 } }`),
    'a number where no port is declared': pod('readinessProbe: { grpc: { port: 50051 } }'),
    'a port that is settled at deployment': pod(
      `${ports}, readinessProbe: { httpGet: { port: "###ZARF_VAR_P###" } }`,
    ),
    'a probe that runs a command': pod('readinessProbe: { exec: { command: [a] } }'),
  },
  finds: {
    'a name nobody has': [
      pod(`${ports}, readinessProbe: { httpGet: { port: web } }`),
      "error 5: readinessProbe.httpGet of container 'a' asks port web, the container names http",
    ],
    'a name of its neighbour': [
      pod(`${ports}, livenessProbe: { httpGet: { port: admin } }`),
      "error 5: livenessProbe.httpGet of container 'a' asks port admin",
    ],
    'a number nobody declares': [
      pod(`${ports}, livenessProbe: { httpGet: { port: 8081 } }`),
      "warning 5: livenessProbe.httpGet of container 'a' asks port 8081, the pod declares 8080, 9090",
    ],
    'a hook of the lifecycle': [
      pod(`${ports}, lifecycle: { preStop: { httpGet: { port: web } } }`),
      'lifecycle.preStop.httpGet',
    ],
  },
  nothing: 'no probe asks a port',
});
