import { judgesReleases, object } from '../../../test/support/a-deployment.ts';
import { namespaces } from './namespaces.ts';

const inOther = object('v1', 'ConfigMap', 'm').replace('name: m', 'name: m, namespace: other');

judgesReleases(namespaces, {
  silent: {
    'the namespace of the chart': object('v1', 'ConfigMap', 'm'),
    'a namespace of the target': inOther.replace('other', 'monitoring'),
    'a namespace that is made': inOther + object('v1', 'Namespace', 'other'),
    'a namespace that is added': [inOther, { target: { namespaces: ['other'] } }],
    'a namespace another chart is deployed to': [
      inOther,
      {
        components: [
          {
            name: 'app',
            charts: [{ name: 'b', namespace: 'other', localPath: 'b', version: '1' }],
          },
        ],
      },
    ],
    'a namespace a manifest is deployed to': [
      inOther,
      { components: [{ name: 'app', manifests: [{ name: 'm', namespace: 'other' }] }] },
    ],
    'manifests whose objects alone name a namespace': [
      inOther,
      { components: [{ name: 'app', manifests: [{ name: 'm' }] }] },
    ],
    'a namespace that is settled at deployment': inOther.replace('other', '"###ZARF_VAR_NS###"'),
    'an object in no namespace': object('rbac.authorization.k8s.io/v1', 'ClusterRole', 'c').replace(
      'name: c',
      'name: c, namespace: other',
    ),
  },
  finds: {
    'a namespace nobody makes': [
      inOther,
      "warning 4: it goes to namespace 'other', charts and manifests are deployed to ns",
    ],
  },
  nothing: 'nothing is deployed to a namespace',
  absent: inOther,
});
