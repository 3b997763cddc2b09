import type { Command } from '../../command.ts';
import { copyFrom } from './copy-from.ts';
import { copyTo } from './copy-to.ts';
import { placeOf } from './place.ts';

/** @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_cp/ */
const cp: Command = {
  async run(context) {
    const { args } = context;
    if (args.length !== 2) throw new Error('source and destination are required');
    const [from, to] = [placeOf(args[0] ?? ''), placeOf(args[1] ?? '')];
    if (from.pod !== '' && to.pod !== '') throw new Error('one of src or dest must be a local file specification');
    if (from.path === '' || to.path === '') throw new Error('filepath can not be empty');
    if (from.pod !== '') await copyFrom(context, from, to.path);
    else if (to.pod !== '') await copyTo(context, from.path, to);
    else throw new Error('one of src or dest must be a remote file specification');
    return undefined;
  },
};

export const commands: Readonly<Record<string, Command>> = { cp };
