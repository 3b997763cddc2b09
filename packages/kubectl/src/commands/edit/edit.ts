import type { Command } from '../../command.ts';
import { editObjects } from './edit-objects.ts';

/** @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_edit/ */
const edit: Command = { run: (context) => editObjects(context, 'normal') };

export const commands: Readonly<Record<string, Command>> = { edit };
