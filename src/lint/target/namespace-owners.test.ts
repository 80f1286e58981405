import { judgesPackages, object } from '../../../test/support/a-deployment.ts';
import { namespaceOwners } from './namespace-owners.ts';

judgesPackages(namespaceOwners, {
  silent: {
    'the namespace of the chart': object('v1', 'Namespace', 'ns'),
    'another kind of that name': object('example.com/v1', 'Namespace', 'monitoring'),
    "one that is only another target's": [
      object('v1', 'Namespace', 'ns'),
      { target: { profile: 'bare-kubernetes' } },
    ],
  },
  finds: {
    'a namespace of UDS Core': [
      object('v1', 'Namespace', 'monitoring'),
      "error 4: it makes namespace 'monitoring', which belongs to the target uds-core already",
    ],
    'a namespace somebody says is there': [
      [object('v1', 'Namespace', 'shared'), { target: { namespaces: ['shared'] } }],
      "error 4: it makes namespace 'shared', which belongs to the target uds-core already",
    ],
    'a namespace nothing is deployed to': [
      object('v1', 'Namespace', 'extra'),
      "note 4: it makes namespace 'extra', to which nothing is deployed",
    ],
  },
  nothing: 'no namespace is made by a chart',
});
