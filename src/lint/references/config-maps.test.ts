import { aPod, judgesReleases, object } from '../../../test/support/a-deployment.ts';
import { configMaps } from './config-maps.ts';

const reading = aPod(
  '{ containers: [{ name: a, env: [{ name: A, valueFrom: { configMapKeyRef: { name: m, key: k } } }] }] }',
);
const volume = (rest: string): string =>
  aPod(`{ volumes: [{ name: v, configMap: { name: m${rest} } }], containers: [] }`);

judgesReleases(configMaps, {
  silent: {
    'a key that is there': reading + object('v1', 'ConfigMap', 'm', 'data: { k: v }'),
    'a key of bytes': reading + object('v1', 'ConfigMap', 'm', 'binaryData: { k: YQ== }'),
    'one of every namespace': aPod(
      '{ containers: [{ name: a, envFrom: [{ configMapRef: { name: kube-root-ca.crt } }] }] }',
    ),
    'an optional one': volume(', optional: true'),
    'one that is provided': [
      reading,
      { target: { configMaps: [{ name: 'm', namespace: 'ns', reason: 'by hand' }] } },
    ],
  },
  finds: {
    'one nobody makes': [
      volume(''),
      "error 5: volume 'v' holds config map 'm', which nothing makes",
    ],
    'a key that is not there': [
      volume(', items: [{ key: x, path: x }]') + object('v1', 'ConfigMap', 'm', 'data: { k: v }'),
      "error 5: volume 'v' holds key 'x' of config map 'm', which has k",
    ],
    'one that is provided elsewhere': [
      [reading, { target: { configMaps: [{ name: 'm', namespace: 'other', reason: 'by hand' }] } }],
      "variable A of container 'a' is read from config map 'm'",
    ],
    'one that is provided without the key': [
      [reading, { target: { configMaps: [{ name: 'm', keys: ['x'], reason: 'by hand' }] } }],
      "key 'k' of config map 'm', which has x",
    ],
  },
  nothing: 'nothing uses a config map',
  absent: volume(''),
});
