import { type Hook, toConfiguredId } from '@oclif/core';
import { nearestWord } from '../support/nearest-word.ts';
import { CommandLineError } from './command-line-error.ts';

/** oclif calls this for a command that is not there. @throws CommandLineError COMMAND_UNKNOWN, ARGUMENT_UNEXPECTED */
const unknownCommand: Hook.CommandNotFound = async ({ id, config }) => {
  const shown = (command: string): string => toConfiguredId(command, config);
  const known = config.commands
    .filter((command) => command.hidden !== true)
    .map((command) => shown(command.id));
  // oclif takes words for parts of the name while no command of that name has arguments.
  const begun = known.findLast((command) => shown(id).startsWith(`${command} `));
  if (begun !== undefined) {
    throw new CommandLineError(
      'ARGUMENT_UNEXPECTED',
      `'${begun}' takes no argument '${shown(id).slice(begun.length + 1)}'`,
      {
        suggestions: [`${config.bin} ${begun} --help`],
      },
    );
  }
  const nearest = nearestWord(shown(id), known) ?? sameTopic(shown(id), known);
  throw new CommandLineError(
    'COMMAND_UNKNOWN',
    `'${shown(id)}' is not a command of ${config.bin}`,
    {
      suggestions: [
        ...(nearest === undefined ? [] : [`Did you mean '${config.bin} ${nearest}'?`]),
        `${config.bin} --help`,
      ],
    },
  );
};

export default unknownCommand;

/** `keys generat now` or `verify-all`: what begins alike, when no single word is near. */
function sameTopic(id: string, known: readonly string[]): string | undefined {
  const words = id.split(' ');
  for (let length = words.length - 1; length > 0; length -= 1) {
    const begin = words.slice(0, length).join(' ');
    const found =
      nearestWord(begin, known) ?? known.find((command) => command.startsWith(`${begin} `));
    if (found !== undefined) return found;
  }
  return undefined;
}
