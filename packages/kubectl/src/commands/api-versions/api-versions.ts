import type { Command } from '../../command.ts';
import { messageOf, usageError } from '../../errors.ts';

const apiVersions: Command = {
  async run({ path, args, api, out }) {
    if (args.length > 0) throw usageError(path, `unexpected arguments: [${args.join(' ')}]`);
    const { groups } = await api()
      .discovery({ fresh: true })
      .catch((error: unknown) => {
        throw new Error(`couldn't get available api versions from server: ${messageOf(error)}`);
      });
    const versions = groups.flatMap(({ name, versions }) => versions.map((v) => (name === '' ? v : `${name}/${v}`)));
    for (const version of versions.toSorted()) out.write(`${version}\n`);
    return undefined;
  },
};

export const commands = { 'api-versions': apiVersions };
