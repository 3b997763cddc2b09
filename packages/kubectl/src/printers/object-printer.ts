import { encodeYaml, goFloat, goNumber } from '@tabernetes/apimachinery';
import type { FileSystem } from '@tabernetes/node-api';
import type { FlagSet } from '../flags/flag-set.ts';
import { goDumpJson, goJson } from '../go-json.ts';
import { compileGoTemplate, ExecuteError } from '../go-template/execute.ts';
import { format, valueFrom } from '../go-template/values.ts';
import { compileJsonPath, type JsonPath, type JsonPathOptions } from '../jsonpath/evaluate.ts';
import { JsonPathError } from '../jsonpath/parse.ts';
import { isList } from '../resources/info.ts';
import { CustomColumnsPrinter, columnsOfFile, columnsOfSpec } from './custom-columns.ts';

/** Prints one object, or a list, in the form that `-o` asks for. May remember that it has printed before. */
export interface ObjectPrinter {
  /** @throws {Error} with kubectl's text; what it printed until then stays */
  print(object: unknown, write: (text: string) => void): void;
}

export interface PrinterOptions {
  /** What was done (`created`, `configured (dry run)`): printed when no format is asked for. */
  readonly operation?: string;
  /** Formats of `kubectl get`: columns too. */
  readonly columns?: boolean;
  /** Objects are such as kubectl knows by type: to JSONPath all their numbers are floats. */
  readonly typed?: boolean;
}

const STANDARD = [
  'go-template',
  'go-template-file',
  'json',
  'jsonpath',
  'jsonpath-as-json',
  'jsonpath-file',
  'name',
  'template',
  'templatefile',
  'yaml',
];
const OF_GET = [...STANDARD, 'custom-columns', 'custom-columns-file', 'wide'].toSorted();

/** The format that `-o` names, without what comes after `=`. */
const outputFormat = (flags: FlagSet): string => flags.string('output').split('=')[0] ?? '';

/**
 * The printer for the flags `--output`, `--template`, `--allow-missing-template-keys` and `--show-managed-fields`.
 *
 * @throws {Error} with kubectl's text for formats and templates that cannot be used
 */
export function objectPrinter(flags: FlagSet, fs: FileSystem, options: PrinterOptions = {}): ObjectPrinter {
  const printer = formatPrinter(flags, fs, options);
  const format = outputFormat(flags).toLowerCase();
  if (format !== 'json' && format !== 'yaml') return printer;
  if (flags.has('show-managed-fields') && flags.bool('show-managed-fields')) return printer;
  return { print: (object, write) => printer.print(withoutManagedFields(object), write) };
}

function formatPrinter(
  flags: FlagSet,
  fs: FileSystem,
  { operation = '', columns, typed = false }: PrinterOptions,
): ObjectPrinter {
  const given = flags.string('output');
  const template = flags.has('template') ? flags.string('template') : '';
  // A template alone is enough, whatever a command prints by default.
  const whole = template !== '' && !flags.changed('output') ? 'go-template' : given;
  switch (whole.toLowerCase()) {
    case 'json':
      return { print: (object, write) => write(`${goJson(object, '    ')}\n`) };
    case 'yaml':
      return yamlPrinter();
    case 'name':
      return namePrinter('');
    case '':
      return namePrinter(operation);
  }
  // With --template, a format that brings an argument of its own is none.
  const equals = template === '' ? whole.indexOf('=') : -1;
  const kind = equals < 0 ? whole : whole.slice(0, equals);
  const argument = equals < 0 ? template : whole.slice(equals + 1);
  const requireKeys = flags.has('allow-missing-template-keys') && !flags.bool('allow-missing-template-keys');
  switch (kind) {
    case 'jsonpath':
    case 'jsonpath-as-json':
    case 'jsonpath-file':
      return jsonPathPrinter(kind, fileOr(fs, kind === 'jsonpath-file', argument), { requireKeys, floats: typed });
    case 'go-template':
    case 'go-template-file':
    case 'template':
    case 'templatefile':
      return templatePrinter(fileOr(fs, kind === 'go-template-file' || kind === 'templatefile', argument), requireKeys);
    case 'custom-columns':
      if (columns) return new CustomColumnsPrinter(columnsOfSpec(argument), noHeaders(flags));
      break;
    case 'custom-columns-file':
      if (columns) return new CustomColumnsPrinter(columnsOfFile(readColumns(fs, argument)), noHeaders(flags));
      break;
  }
  throw new Error(
    `unable to match a printer suitable for the output format ${JSON.stringify(given)}, allowed formats are: ${(columns ? OF_GET : STANDARD).join(',')}`,
  );
}

const noHeaders = (flags: FlagSet): boolean => flags.has('no-headers') && flags.bool('no-headers');

function readColumns(fs: FileSystem, path: string): string {
  if (path === '') throw new Error('custom-columns format specified but no custom columns given');
  if (!fs.exists(path)) throw new Error(`error reading template ${path}, open ${path}: no such file or directory\n`);
  return fs.readText(path);
}

function fileOr(fs: FileSystem, isFile: boolean, argument: string): string {
  if (argument === '') throw new Error('template format specified but no template given');
  if (!isFile) return argument;
  if (!fs.exists(argument))
    throw new Error(`error reading --template ${argument}, open ${argument}: no such file or directory`);
  return fs.readText(argument);
}

function yamlPrinter(): ObjectPrinter {
  let isFirst = true;
  return {
    print(object, write) {
      write(`${isFirst ? '' : '---\n'}${encodeYaml(object)}`);
      isFirst = false;
    },
  };
}

/** `deployment.apps/web created` */
function namePrinter(operation: string): ObjectPrinter {
  const print: ObjectPrinter['print'] = (object, write) => {
    if (isList(object)) {
      for (const item of object.items) print(item, write);
      return;
    }
    write(`${nameOf(object)}${operation === '' ? '' : ` ${operation}`}\n`);
  };
  return { print };
}

/** `deployment.apps/web`, `pod/a` */
export function nameOf(object: unknown): string {
  const {
    apiVersion = '',
    kind = '',
    metadata,
  } = object as {
    readonly apiVersion?: string;
    readonly kind?: string;
    readonly metadata?: { readonly name?: string };
  };
  const slash = apiVersion.indexOf('/');
  const group = slash < 0 ? '' : `.${apiVersion.slice(0, slash)}`;
  return `${kind.toLowerCase()}${group}/${metadata?.name || '<unknown>'}`;
}

function jsonPathPrinter(kind: string, template: string, options: JsonPathOptions): ObjectPrinter {
  let path: JsonPath;
  try {
    path = compileJsonPath(template, options);
  } catch (error) {
    if (error instanceof JsonPathError) throw new Error(`error parsing jsonpath ${template}, ${error.message}`);
    throw error;
  }
  return {
    print(object, write) {
      try {
        write(kind === 'jsonpath-as-json' ? path.printJson(object) : path.print(object));
      } catch (error) {
        if (!(error instanceof JsonPathError)) throw error;
        throw new Error(
          `error executing jsonpath ${JSON.stringify(template)}: Error executing template: ${error.message}. Printing more information for debugging the template:\n\ttemplate was:\n\t\t${template}\n\tobject given to jsonpath engine was:\n\t\t${goDumpJson(object, options.floats ? goFloat : goNumber)}\n\n\n`,
        );
      }
    },
  };
}

function templatePrinter(template: string, requireKeys: boolean): ObjectPrinter {
  let compiled: ReturnType<typeof compileGoTemplate>;
  try {
    compiled = compileGoTemplate(template, { requireKeys });
  } catch (error) {
    throw new Error(`error parsing template ${template}, ${error instanceof Error ? error.message : ''}`);
  }
  return {
    print(object, write) {
      try {
        write(compiled.execute(object));
      } catch (error) {
        if (!(error instanceof ExecuteError)) throw error;
        // On stdout, as kubectl has it: that is where people look for the output.
        write(
          `${error.printed}Error executing template: ${error.message}. Printing more information for debugging the template:\n\ttemplate was:\n\t\t${template}\n\traw data was:\n\t\t${goJson(object)}\n\tobject given to template engine was:\n\t\t${format(valueFrom(object))}\n\n`,
        );
        throw new Error(`error executing template ${JSON.stringify(template)}: ${error.message}`);
      }
    },
  };
}

/** Copies what it changes; objects from the server are shared. */
export function withoutManagedFields(object: unknown): unknown {
  if (isList(object)) return { ...object, items: object.items.map(withoutManagedFields) };
  const { metadata } = (object ?? {}) as { readonly metadata?: { readonly managedFields?: unknown } };
  if (metadata?.managedFields === undefined) return object;
  const { managedFields: _, ...rest } = metadata;
  return { ...(object as object), metadata: rest };
}
