import type { KubeObject } from '@tabernetes/apimachinery';
import type { CommandContext } from '../command.ts';
import { flagFacts } from '../facts.ts';
import { withAnnotations } from './last-applied.ts';

const CHANGE_CAUSE = 'kubernetes.io/change-cause';

/** With `--record`, notes the command line as the cause of the change. */
export function recorded(context: CommandContext, object: KubeObject): KubeObject {
  const { flags } = context;
  if (!flags.has('record') || !flags.bool('record')) return object;
  return withAnnotations(object, { ...object.metadata?.annotations, [CHANGE_CAUSE]: commandText(context) });
}

/** `kubectl set image deployment/web nginx=nginx:2 --record=true`: arguments first, then every flag with its value. */
function commandText({ path, args, process }: CommandContext): string {
  const facts = flagFacts(path);
  let flags = '';
  const line = process.argv.slice(1);
  for (let at = 0; at < line.length; at++) {
    const word = line[at] ?? '';
    if (word === '--') break;
    if (!word.startsWith('-') || word === '-') continue;
    const isLong = word.startsWith('--');
    const equals = word.indexOf('=');
    const name = isLong ? word.slice(2, equals < 0 ? undefined : equals) : word.slice(1, 2);
    const fact = facts.find((each) => (isLong ? each.name === name : each.short === name));
    if (fact === undefined) continue;
    let value: string;
    if (equals >= 0) value = word.slice(equals + 1);
    else if (!isLong && word.length > 2 && fact.noOpt === undefined) value = word.slice(2);
    else value = fact.noOpt ?? line[++at] ?? '';
    flags += ` --${fact.name}=${value}`;
  }
  return `kubectl ${[...path.split(' '), ...args].join(' ')}${flags}`;
}
