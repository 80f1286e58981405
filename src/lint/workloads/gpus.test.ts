import { aPod, judgesPackages } from '../../../test/support/a-deployment.ts';
import { gpus } from './gpus.ts';

const pod = (resources: string, more = 'runtimeClassName: nvidia, '): string =>
  aPod(`{ ${more}containers: [{ name: a, resources: ${resources} }] }`);

judgesPackages(gpus, {
  silent: {
    'a limit with its class': pod('{ limits: { nvidia.com/gpu: 1 } }'),
    'a limit as text': pod('{ limits: { nvidia.com/gpu: "1" }, requests: { nvidia.com/gpu: 1 } }'),
    'a limit of none, without a class': pod('{ limits: { nvidia.com/gpu: 0 } }', ''),
    'a limit that is settled at deployment': pod(
      '{ limits: { nvidia.com/gpu: "###ZARF_VAR_GPU###" } }',
      '',
    ),
    'another maker': pod('{ limits: { amd.com/gpu: 1 } }', ''),
  },
  finds: {
    'a request alone': [
      pod('{ requests: { nvidia.com/gpu: 1 } }'),
      "error 5: container 'a' requests nvidia.com/gpu without a limit",
    ],
    'a request of another number': [
      pod('{ requests: { nvidia.com/gpu: 1 }, limits: { nvidia.com/gpu: 2 } }'),
      'requests 1 of nvidia.com/gpu and limits it to 2; they must be equal',
    ],
    'half a GPU': [
      pod('{ limits: { nvidia.com/gpu: 500m } }'),
      "limits nvidia.com/gpu to '500m', which is no whole number",
    ],
    'no runtime class': [
      pod('{ limits: { nvidia.com/gpu: 1 } }', ''),
      "warning 5: container 'a' is limited to 1 of nvidia.com/gpu and its pod has no runtimeClassName",
    ],
  },
  nothing: 'nothing asks for a GPU',
});
