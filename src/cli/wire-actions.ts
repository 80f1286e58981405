import type { ActionPorts } from '../operations/run-actions.ts';

/**
 * What `onCreate` actions run with: shells of this machine.
 * @param root folder of the release definition, absolute
 */
export async function actionPortsIn(root: string): Promise<ActionPorts> {
  const { ShellRunner } = await import('../adapters/process/shell-runner.ts');
  return {
    runner: new ShellRunner({ root, env: process.env }),
    system: process.platform === 'darwin' ? 'darwin' : 'linux',
    now: () => performance.now(),
  };
}
