import type { CommandContext } from '../command.ts';
import { parseBool, ValueError } from '../flags/go-values.ts';

/** Whether what a command does is kept: `client` sends nothing, `server` has the server throw it away. */
export type DryRun = 'none' | 'client' | 'server';

/** Reads `--dry-run`. @throws {Error} for values that it cannot have */
export function dryRunOf({ flags, warn }: CommandContext): DryRun {
  const text = flags.string('dry-run');
  switch (text) {
    case 'none':
    case 'client':
    case 'server':
      return text;
    case 'unchanged':
      warn('helpers.go:702', '--dry-run is deprecated and can be replaced with --dry-run=client.');
      return 'client';
  }
  const isOn = boolOf(text);
  if (isOn === undefined) throw new Error(`Invalid dry-run value (${text}). Must be "none", "server", or "client".`);
  const dryRun = isOn ? 'client' : 'none';
  const advice = `--dry-run=${text} is deprecated (boolean value) and can be replaced with --dry-run=${dryRun}.`;
  warn(isOn ? 'helpers.go:716' : 'helpers.go:719', advice);
  return dryRun;
}

/** `created (dry run)` */
export function operationText(operation: string, dryRun: DryRun): string {
  if (dryRun === 'none') return operation;
  return `${operation} ${dryRun === 'client' ? '(dry run)' : '(server dry run)'}`;
}

/** Reads `--validate`, as the query parameter `fieldValidation` has it. @throws {Error} */
export function fieldValidation({ flags }: CommandContext): 'Strict' | 'Warn' | 'Ignore' {
  const text = flags.string('validate');
  switch (text) {
    case 'strict':
      return 'Strict';
    case 'warn':
      return 'Warn';
    case 'ignore':
      return 'Ignore';
  }
  const isOn = boolOf(text);
  if (isOn !== undefined) return isOn ? 'Strict' : 'Ignore';
  throw new Error(
    `invalid - validate option ${JSON.stringify(text)}; must be one of: strict (or true), warn, ignore (or false)`,
  );
}

function boolOf(text: string): boolean | undefined {
  try {
    return parseBool(text);
  } catch (error) {
    if (error instanceof ValueError) return undefined;
    throw error;
  }
}
