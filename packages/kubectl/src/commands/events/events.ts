import type { Event } from '@tabernetes/api/types/core-v1';
import { escapeFieldValue } from '@tabernetes/apimachinery';
import type { Command, CommandContext } from '../../command.ts';
import { withoutPrefix } from '../../errors.ts';
import { escapeTerminal, TabWriter } from '../../printers/tab-writer.ts';
import { checkSegment, groupVersion } from '../../resources/info.ts';
import { watchUntil } from '../../watching/watch-until.ts';
import { typedPrinter } from '../../writing/print.ts';
import { inNamespacePath, listAll } from '../describe/describer.ts';
import { eventAge } from '../describe/events.ts';

/** Whatever --chunk-size says: so does the real one. */
const CHUNK = 500;

/** @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_events/ */
const events: Command = {
  async run(context) {
    const { flags, err, api, namespace } = context;
    const isEverywhere = flags.bool('all-namespaces');
    const home = namespace().name;
    const fieldSelector = await about(context, flags.string('for'));
    const types = flags.strings('types').map((type) => type.toLowerCase());
    const print = eventsPrinter(context);
    if (types.some((type) => type !== 'normal' && type !== 'warning')) {
      throw new Error('valid --types are Normal or Warning');
    }
    if (!isEverywhere) checkSegment('namespace', home);
    const path = inNamespacePath(isEverywhere ? '' : home, 'events');
    const query: Readonly<Record<string, string>> = fieldSelector === '' ? {} : { fieldSelector };
    const isWanted = ({ type = '' }: Event): boolean => types.length === 0 || types.includes(type.toLowerCase());

    if (flags.bool('watch')) {
      await watchUntil(context, path, {
        query: { ...query, limit: String(CHUNK) },
        timeoutMs: 0,
        isMet: async ({ type, object }) => {
          if (type === 'DELETED' || type === 'ERROR') return false;
          const event = object as Event;
          if (!isWanted(event)) return false;
          print(event, [event]);
          await context.out.flush();
          return false;
        },
      });
      return undefined;
    }

    const list = await listAll<Event>({ api: api(), chunkSize: CHUNK }, path, query);
    const shown = list
      .filter(isWanted)
      .map((event) => ({ ...event, apiVersion: 'v1', kind: 'Event' }))
      .sort((a, b) => timeOf(a) - timeOf(b));
    if (shown.length === 0) {
      err.write(isEverywhere ? 'No events found.\n' : `No events found in ${home} namespace.\n`);
      return undefined;
    }
    // kubectl prints no names of lists, and says nothing of it.
    if (flags.string('output') === 'name') return undefined;
    print({ kind: 'EventList', apiVersion: 'v1', metadata: {}, items: shown }, shown);
    return undefined;
  },
};

export const commands = { events };

/** `--for TYPE/NAME` as a field selector. @throws {Error} */
async function about({ api }: CommandContext, text: string): Promise<string> {
  if (text === '') return '';
  const [type = '', name, ...more] = text.split('/');
  if (name === undefined) throw new Error('--for must be in resource/name form');
  if (more.length > 0) throw new Error('arguments in resource/name form may not have more than one slash');
  const resource = await withoutPrefix(api().known((discovery) => discovery.find(type)));
  // So the real one has it: `pod/` asks for nobody's events in particular.
  if (name === '') return '';
  return [
    `involvedObject.kind=${resource.kind}`,
    `involvedObject.apiVersion=${escapeFieldValue(groupVersion(resource))}`,
    `involvedObject.name=${escapeFieldValue(name)}`,
  ].join(',');
}

function eventsPrinter(context: CommandContext): (object: unknown, list: readonly Event[]) => void {
  const { flags, out, clock } = context;
  if (flags.string('output') !== '') {
    const printer = typedPrinter(context, '', 'none');
    return (object) => printer.print(object);
  }
  const withNamespace = flags.bool('all-namespaces');
  const to = new TabWriter((text) => out.write(text));
  if (!flags.bool('no-headers')) {
    to.line([...(withNamespace ? ['NAMESPACE'] : []), 'LAST SEEN', 'TYPE', 'REASON', 'OBJECT', 'MESSAGE']);
  }
  return (_object, list) => {
    for (const event of list) {
      const { kind = '', name = '' } = event.involvedObject;
      const cells = [event.type ?? '', event.reason ?? '', `${kind}/${name}`, (event.message ?? '').trim()];
      to.line([
        ...(withNamespace ? [event.metadata.namespace ?? ''] : []),
        eventAge(event, clock.now()),
        ...cells.map(escapeTerminal),
      ]);
    }
    to.flush();
  };
}

function timeOf({ series, lastTimestamp, eventTime }: Event): number {
  const text = series ? series.lastObservedTime : lastTimestamp || eventTime;
  return text ? Date.parse(text) : -Infinity;
}
