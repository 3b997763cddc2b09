import type { CommandContext } from '../command.ts';
import type { Discovery } from '../discovery/discovery.ts';
import { type Named, readArguments, readNames } from './arguments.ts';
import { fromSelector, fromTuples } from './from-server.ts';
import type { Selection, SelectOptions } from './selection.ts';

export type { Selection, SelectOptions };

const MISSING = `You must provide one or more resources by argument or filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   '<resource> <name>'
   '<resource>'`;

/** @throws {Error} with kubectl's text when the arguments make no sense together @see k8s.io/cli-runtime/pkg/resource/builder.go */
export async function select(context: CommandContext, options: SelectOptions): Promise<Selection> {
  const { local, args = [], labelSelector, selectAll } = options;
  const files = await filesOf(context, options);
  if (selectAll && (labelSelector?.trim() || options.fieldSelector?.trim())) {
    throw new Error("setting 'all' parameter but found a non empty selector. ");
  }
  if (local && args.length > 0) {
    throw new Error(
      "error: you must specify resources by --filename when --local is set.\nExample resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'",
    );
  }
  if (args.length > 0) {
    return context.api().known((discovery) => {
      const named = namedBy(options, discovery);
      return files?.select(named) ?? byName(context, options, discovery, named);
    }, attemptsFor(options));
  }
  if (files !== undefined) return files.select(NOBODY);
  if (selectorOf(options, NOBODY) !== undefined) {
    throw new Error('at least one resource must be specified to use a selector');
  }
  throw new Error(MISSING);
}

/** What files tell; undefined when there are none. Most commands read none, and need not load what reads them. */
async function filesOf(
  context: CommandContext,
  options: SelectOptions,
): Promise<{ select(named: Named): Selection } | undefined> {
  if (options.kustomization === undefined && (options.filenames ?? []).length === 0) return undefined;
  const { fileSources, fromFiles } = await import('./from-files.ts');
  const sources = await fileSources(context, options);
  return { select: (named) => fromFiles(context, options, sources, named) };
}

/** The real one looks types up four times before it gives up, and for categories once for each type. */
const LOOKUPS = 4;
const attemptsFor = ({ args: [first = ''] = [], defaultType }: SelectOptions): number =>
  defaultType !== undefined || first.includes('/') ? LOOKUPS : LOOKUPS + first.split(',').length;

const NOBODY: Named = { type: 'none' };

function byName(context: CommandContext, options: SelectOptions, discovery: Discovery, named: Named): Selection {
  const selector = selectorOf(options, named);
  if (selector !== undefined) return fromSelector(context, options, discovery, named, selector);
  switch (named.type) {
    case 'tuples':
      return fromTuples(context, options, discovery, named.tuples);
    case 'names':
      if (named.types.length > 1) throw new Error('you must specify only one resource');
      return fromTuples(
        context,
        options,
        discovery,
        named.names.map((name) => ({ resource: named.types[0] ?? '', name })),
        named.names.length === 1,
      );
    case 'types':
      for (const type of named.types) discovery.find(type);
      throw new Error('resource(s) were provided, but no name was specified');
    default:
      throw new Error(MISSING);
  }
}

const namedBy = ({ args = [], defaultType }: SelectOptions, discovery: Discovery): Named =>
  defaultType === undefined ? readArguments(args, discovery) : { type: 'tuples', tuples: readNames(defaultType, args) };

/** Selectors, where they select: undefined when objects are named one by one. */
function selectorOf(
  { labelSelector = '', fieldSelector = '', selectAll, allowEmptySelector = true }: SelectOptions,
  named: Named,
): { readonly labels: string; readonly fields: string } | undefined {
  const labels = labelSelector.trim();
  const fields = fieldSelector.trim();
  if (labels !== '' || fields !== '' || selectAll) return { labels, fields };
  return named.type === 'types' && allowEmptySelector ? { labels, fields } : undefined;
}
