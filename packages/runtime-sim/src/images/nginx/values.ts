import { ConfigError, type Directive } from './config.ts';

/** What nginx says of a directive that it has and of which a value is wrong. */
export const invalidValue = (directive: Directive, value: string): ConfigError =>
  new ConfigError(`invalid value "${value}"`, directive);

export const wrongCount = (directive: Directive): ConfigError =>
  new ConfigError(`invalid number of arguments in "${directive.name}" directive`, directive);

/** The one argument of a directive. @throws {ConfigError} */
export function only(directive: Directive): string {
  const [first] = directive.args;
  if (first === undefined || directive.args.length !== 1) throw wrongCount(directive);
  return first;
}

/** `on` or `off`. @throws {ConfigError} */
export function flagOf(directive: Directive): boolean {
  const given = only(directive).toLowerCase();
  if (given !== 'on' && given !== 'off')
    throw new ConfigError(
      `invalid value "${given}" in "${directive.name}" directive, it must be "on" or "off"`,
      directive,
    );
  return given === 'on';
}

/** Bytes: `10m`. @throws {ConfigError} */
export function sizeOf(directive: Directive): number {
  const [, digits, unit = ''] = /^(\d+)([kKmMgG]?)$/.exec(only(directive)) ?? [];
  if (digits === undefined) throw new ConfigError(`"${directive.name}" directive invalid value`, directive);
  return Number(digits) * 1024 ** ['', 'k', 'm', 'g'].indexOf(unit.toLowerCase());
}

/** Milliseconds of `60`, `60s`, `1m 30s`. @throws {ConfigError} */
export function durationMs(directive: Directive, text = only(directive)): number {
  if (!/^(?:\d+(?:ms|[smhdwMy])?\s*)+$/.test(text))
    throw new ConfigError(`"${directive.name}" directive invalid value`, directive);
  let ms = 0;
  for (const [, count, unit = 's'] of text.matchAll(/(\d+)(ms|[smhdwMy])?/g)) ms += Number(count) * (UNITS[unit] ?? 0);
  return ms;
}

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  M: 2_592_000_000,
  y: 31_536_000_000,
};

const NAMED_GROUP = /\(\?P?<(\w+)>/g;

/** The names that expressions of a configuration give to what they match: variables everywhere. */
export function namedGroups(directives: readonly Directive[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { name, args, block = [] } of directives) {
    if (name === 'server_name' || name === 'location')
      for (const arg of args) for (const [, group = ''] of arg.matchAll(NAMED_GROUP)) names.add(group);
    for (const inner of namedGroups(block)) names.add(inner);
  }
  return names;
}

/** How JavaScript writes an expression of PCRE. */
export const portable = (source: string): string => source.replace(/\(\?P</g, '(?<');
