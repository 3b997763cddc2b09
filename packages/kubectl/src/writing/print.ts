import type { KubeObject } from '@tabernetes/apimachinery';
import type { CommandContext } from '../command.ts';
import { nameOf, type ObjectPrinter, objectPrinter, withoutManagedFields } from '../printers/object-printer.ts';
import { type DryRun, operationText } from './dry-run.ts';
import { typed } from './schema-of.ts';

export interface WrittenPrinter {
  print(object: unknown): void;
}

/** Prints what was written, in the form of `-o` or as `deployment.apps/web created`. @throws {Error} for formats that there are not */
export function writtenPrinter(context: CommandContext, operation: string, dryRun: DryRun): WrittenPrinter {
  const printer = objectPrinter(context.flags, context.process.fs, { operation: operationText(operation, dryRun) });
  return { print: (object) => printer.print(object, (text) => context.out.write(text)) };
}

/**
 * The same for objects that kubectl knows by type: JSON in the order of the type's fields, and with what the type prints
 * although it is empty.
 */
export function typedPrinter(context: CommandContext, operation: string, dryRun: DryRun): WrittenPrinter {
  const { flags, process, out } = context;
  if (!flags.has('output')) {
    return { print: (object) => out.write(`${nameOf(object)} ${operationText(operation, dryRun)}\n`) };
  }
  const printer = typedObjectPrinter(flags, process.fs, { operation: operationText(operation, dryRun) });
  return { print: (object) => printer.print(object, (text) => out.write(text)) };
}

/** As {@link objectPrinter}, of objects and lists that kubectl knows by type. */
export function typedObjectPrinter(...[flags, fs, options]: Parameters<typeof objectPrinter>): ObjectPrinter {
  const printer = objectPrinter(flags, fs, { ...options, typed: true });
  if (flags.string('output').toLowerCase() !== 'json') {
    return { print: (object, write) => printer.print(typed(object as KubeObject), write) };
  }
  const keepsManagers = flags.has('show-managed-fields') && flags.bool('show-managed-fields');
  return {
    print(object, write) {
      const whole = typed(object as KubeObject);
      write(`${typedJson(keepsManagers ? whole : withoutManagedFields(whole))}\n`);
    },
  };
}

const ESCAPED = /[<>&\u2028\u2029]/g;

/** Indented JSON with keys in the order in which they stand, escaped as Go does. */
export function typedJson(value: unknown, indent = '    '): string {
  return JSON.stringify(value, undefined, indent).replace(
    ESCAPED,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
