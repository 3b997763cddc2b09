import { isNotFound, type KubeObject, type WatchEvent, type WatchSource } from '@tabernetes/apimachinery';
import type { Command, CommandContext } from '../../command.ts';
import type { ApiResource } from '../../discovery/discovery.ts';
import { Aggregate, together, usageError } from '../../errors.ts';
import { goJson } from '../../go-json.ts';
import { objectPrinter } from '../../printers/object-printer.ts';
import { TabWriter } from '../../printers/tab-writer.ts';
import { isTable, TablePrinter } from '../../printers/table.ts';
import { groupVersion, type Info, isList, pathOf } from '../../resources/info.ts';
import { type Selection, type SelectOptions, select } from '../../resources/select.ts';
import { fileOptions } from '../../writing/file-options.ts';
import { rawTarget } from '../../writing/raw.ts';
import { sortObjects, sortTable, Unsortable } from './sort.ts';

/** @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_get/ */
const get: Command = {
  async run(context) {
    const { flags } = context;
    if (flags.string('raw') !== '') return raw(context);
    checkFlags(context);
    if (flags.bool('watch') || flags.bool('watch-only')) return watch(context);
    const selection = await select(context, selectOptions(context));
    return isHumanReadable(context) ? printTables(context, selection) : printObjects(context, selection);
  },
};

export const commands = { get };

const TABLES =
  'application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json';

function isHumanReadable({ flags }: CommandContext): boolean {
  const output = flags.string('output');
  return (output === '' && flags.string('template') === '') || output === 'wide';
}

function selectOptions(context: CommandContext): SelectOptions {
  const { flags, args, namespace } = context;
  const { explicit } = namespace();
  const allNamespaces = flags.bool('all-namespaces');
  const isSorted = flags.string('sort-by') !== '';
  return {
    ...fileOptions(context),
    requireNamespace: explicit && !allNamespaces,
    allNamespaces,
    args,
    labelSelector: flags.string('selector'),
    fieldSelector: flags.string('field-selector'),
    chunkSize: isSorted ? 0 : flags.number('chunk-size'),
    subresource: flags.string('subresource'),
    continueOnError: true,
    latest: true,
    ...(isHumanReadable(context) &&
      flags.bool('server-print') && {
        accept: TABLES,
        // To sort by a field of the object, the whole object is needed.
        ...(isSorted && { query: { includeObject: 'Object' } }),
      }),
  };
}

function checkFlags({ flags, args, err, path }: CommandContext): void {
  const isWatch = flags.bool('watch') || flags.bool('watch-only');
  if (flags.string('sort-by') !== '' && flags.bool('watch')) {
    err.write('warning: --watch requested, --sort-by will be ignored for watch events received\n');
  } else if (flags.string('sort-by') !== '' && flags.bool('watch-only')) {
    err.write('warning: --watch-only requested, --sort-by will be ignored\n');
  } else if (
    !isWatch &&
    args.length === 0 &&
    flags.strings('filename').length === 0 &&
    flags.string('kustomize') === ''
  ) {
    err.write(
      'You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported resources.\n\n',
    );
    throw usageError(
      path,
      'error: Required resource not specified.\nUse "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods).',
    );
  }
  const output = flags.string('output');
  if (flags.bool('show-labels') && output !== '' && output !== 'wide') {
    throw new Error(`--show-labels option cannot be used with ${output} printer`);
  }
  if (flags.bool('output-watch-events') && !isWatch) {
    throw new Error('--output-watch-events option can only be used with --watch or --watch-only');
  }
}

async function raw({ flags, args, api, out }: CommandContext): Promise<undefined> {
  if (args.length > 0) throw new Error('arguments may not be passed when --raw is specified');
  if (flags.bool('watch') || flags.bool('watch-only') || flags.string('selector') !== '') {
    throw new Error('--raw may not be specified with other flags that filter the server request or alter the output');
  }
  if (flags.string('output') !== '') throw new Error('--raw and --output are mutually exclusive');
  const { path, query } = rawTarget(flags.string('raw'));
  out.write(await api().text('GET', path, { query, isRaw: true }));
  return undefined;
}

/** Tables, one per type; headers above each. */
async function printTables(context: CommandContext, selection: Selection): Promise<undefined> {
  const { flags, out, err, clock, namespace } = context;
  const { infos, errors } = await selection.collect();
  const allErrors = errors.filter((error) => !(flags.bool('ignore-not-found') && isNotFound(error)));
  const sortBy = flags.string('sort-by');
  const sorted = sortBy === '' || infos.length < 2 ? infos : inOrderOf(context, infos, sortBy);
  const withKind = flags.bool('show-kind') || new Set(sorted.map(({ resource }) => resource)).size > 1;
  const noHeaders = flags.bool('no-headers');
  let written = 0;
  let isSeparated = false;
  const to = new TabWriter((text) => {
    if (isSeparated) out.write('\n');
    isSeparated = false;
    written += text.length;
    out.write(text);
  });
  let printer: TablePrinter | undefined;
  let last: ApiResource | undefined;
  for (const { resource, object } of sorted) {
    if (printer === undefined || resource !== last) {
      to.flush();
      to.forget();
      if (last !== undefined && !noHeaders && written > 0) isSeparated = true;
      printer = new TablePrinter({
        noHeaders,
        wide: flags.string('output') === 'wide',
        showLabels: flags.bool('show-labels'),
        labelColumns: flags.strings('label-columns'),
        withNamespace: flags.bool('all-namespaces') && resource?.namespaced === true,
        withKind: withKind && resource !== undefined ? kindOf(resource) : '',
        nowMs: clock.now(),
      });
      last = resource;
    }
    const shown = sortBy === '' ? object : rowsInOrderOf(context, object, sortBy);
    if (shown !== undefined) printer.print(shown, to);
  }
  to.flush();
  if (written === 0 && !flags.bool('ignore-not-found') && allErrors.length === 0) {
    const isNamespaced = !flags.bool('all-namespaces') && sorted.every(({ resource }) => resource?.namespaced);
    err.write(isNamespaced ? `No resources found in ${namespace().name} namespace.\n` : 'No resources found\n');
  }
  if (allErrors.length > 0) throw together(context, allErrors, selection.collections.length > 0);
  return undefined;
}

const kindOf = ({ kind, group }: ApiResource): string => `${kind.toLowerCase()}${group === '' ? '' : `.${group}`}`;

/** Several answers in order of a field of their own: where they are Tables, of the Tables and not of what stands in them. */
function inOrderOf(context: CommandContext, infos: readonly Info[], sortBy: string): readonly Info[] {
  const objects = infos.map(({ object }) => object);
  return sortedObjects(context, objects, sortBy).flatMap((at) => infos[at] ?? []);
}

function sortedObjects(context: CommandContext, objects: readonly unknown[], sortBy: string): readonly number[] {
  try {
    return sortObjects(objects, sortBy);
  } catch (error) {
    if (error instanceof Unsortable) context.fatal('sorter.go:329', error.message);
    throw error;
  }
}

/** An answer with its rows in order; of a Table whose rows cannot be put into that order, nothing is printed. */
function rowsInOrderOf(context: CommandContext, object: KubeObject | undefined, sortBy: string): unknown {
  if (!isTable(object) || (object.rows ?? []).length < 2) return object;
  try {
    return sortTable(object, sortBy);
  } catch (error) {
    if (error instanceof Unsortable) context.fatal('sorter.go:375', error.message);
    return undefined;
  }
}

/** One object as it is, several as a List. */
async function printObjects(context: CommandContext, selection: Selection): Promise<undefined> {
  const { flags, out, process } = context;
  const { infos, errors: all } = await selection.collect();
  const errors = all.filter((error) => !(flags.bool('ignore-not-found') && isNotFound(error)));
  if (selection.singleItemImplied && errors.length > 0) throw errors[0];
  if (infos.length === 0 && flags.bool('ignore-not-found')) {
    if (errors.length > 0) throw new Aggregate(errors);
    return undefined;
  }
  const printer = objectPrinter(flags, process.fs, { columns: true });
  const [only] = infos;
  const sortBy = flags.string('sort-by');
  let object: unknown;
  if (selection.singleItemImplied && infos.length === 1) object = only?.object;
  else {
    const items = infos.map((info) => info.object);
    const order =
      sortBy === '' || items.length === 0 ? items.map((_, at) => at) : sortedObjects(context, items, sortBy);
    object = { apiVersion: 'v1', items: order.map((at) => items[at]), kind: 'List', metadata: { resourceVersion: '' } };
  }
  printer.print(object, (text) => out.write(text));
  if (errors.length > 0) throw new Aggregate(errors);
  return undefined;
}

async function watch(context: CommandContext): Promise<undefined> {
  const { flags, out, process, clock, api } = context;
  const options = selectOptions(context);
  const selection = await select(context, {
    ...options,
    // Only lists that are sorted are read whole.
    chunkSize: flags.number('chunk-size'),
    singleResourceType: true,
    flatten: false,
    continueOnError: false,
  });
  const { infos, errors } = await selection.collect();
  if (errors.length > 0) throw errors[0];
  const [info] = infos;
  if (info?.resource === undefined) return undefined;
  if (infos.some(({ resource }) => resource !== info.resource)) {
    throw new Error(
      'watch is only supported on individual resources and resource collections - more than 1 resource was found',
    );
  }
  const show = watchPrinter(context, info.resource);
  const isCollection = selection.collections.length > 0;
  const withEvents = flags.bool('output-watch-events');
  if (!flags.bool('watch-only')) {
    // Items of a list say nothing of their kind.
    const type = { apiVersion: groupVersion(info.resource), kind: info.resource.kind };
    const shown = infos.flatMap(({ object }) =>
      isList(object) ? object.items.map((item) => ({ ...type, ...item })) : [object],
    );
    for (const each of shown) show(each, withEvents ? 'ADDED' : undefined);
  }
  await out.flush();
  // Found out upstream when what there is has been printed.
  if (!isCollection && infos.length > 1) {
    throw new Error(
      info.source === ''
        ? 'you may only watch a single resource or type of resource at a time'
        : `watch is only supported on individual resources and resource collections - ${infos.length} resources were found`,
    );
  }

  const { resource, namespace, name } = info;
  const version = (info.object?.metadata as { readonly resourceVersion?: string } | undefined)?.resourceVersion;
  // A watch of one object begins with the object as it is; it has been printed already.
  let isFirst = !isCollection;
  const { body } = await api().request('GET', pathOf(resource, namespace), {
    headers: { accept: options.accept ?? 'application/json' },
    query: {
      ...options.query,
      watch: 'true',
      resourceVersion: isCollection ? (version ?? '0') : '0',
      ...(isCollection && options.labelSelector && { labelSelector: options.labelSelector }),
      ...(isCollection && options.fieldSelector && { fieldSelector: options.fieldSelector }),
      ...(!isCollection && { fieldSelector: `metadata.name=${name}` }),
    },
    signal: process.signal,
  });
  if (body.kind !== 'watch') throw new Error('the server did not answer with a watch');
  await follow(body.watch, process.signal, async (event) => {
    if (!isFirst) show(event.object, withEvents ? event.type : undefined);
    isFirst = false;
    await out.flush();
  });
  return undefined;

  function watchPrinter(of: CommandContext, type: ApiResource): (object: unknown, event?: string) => void {
    if (!isHumanReadable(of)) {
      const printer = objectPrinter(flags, process.fs, { columns: true });
      const format = flags.string('output').toLowerCase();
      return (object, event) => {
        // An event is a line of JSON, whatever stands in the object; a name is that of the object itself.
        if (event !== undefined && format === 'json') {
          out.write(`{"type":${JSON.stringify(event)},"object":${goJson(object)}}\n`);
          return;
        }
        const isBare = event === undefined || format === 'name';
        printer.print(isBare ? object : { type: event, object }, (text) => out.write(text));
      };
    }
    const to = new TabWriter((text) => out.write(text));
    const printer = new TablePrinter({
      noHeaders: flags.bool('no-headers'),
      wide: flags.string('output') === 'wide',
      showLabels: flags.bool('show-labels'),
      labelColumns: flags.strings('label-columns'),
      withNamespace: flags.bool('all-namespaces') && type.namespaced,
      withKind: flags.bool('show-kind') ? kindOf(type) : '',
      nowMs: clock.now(),
    });
    return (object, event) => {
      printer.print(object, to, event);
      to.flush();
    };
  }
}

/** Hands on events, one at a time, until the server or the user ends the watch. */
function follow(
  source: WatchSource,
  signal: AbortSignal,
  onEvent: (event: WatchEvent) => Promise<void>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let queue = Promise.resolve();
    const stop = source.start({
      next(event) {
        queue = queue.then(() => onEvent(event));
        queue.catch((error: unknown) => {
          stop();
          reject(error);
        });
      },
      end: () => void queue.then(resolve, reject),
    });
    signal.addEventListener('abort', () => {
      stop();
      reject(signal.reason);
    });
  });
}
