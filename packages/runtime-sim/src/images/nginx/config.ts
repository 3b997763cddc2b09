import { globToRegExp } from '../../programs/support/glob.ts';
import type { ConfigSource } from './config-source.ts';

/** What nginx refuses to start with: the text behind `nginx: [emerg] `. */
export class ConfigError extends Error {
  constructor(text: string, place: Pick<Directive, 'file' | 'line'>) {
    super(`${text} in ${place.file}:${place.line}`);
  }
}

export interface Directive {
  readonly name: string;
  readonly args: readonly string[];
  readonly block: readonly Directive[] | undefined;
  readonly file: string;
  readonly line: number;
}

/** Reads a configuration with what it includes. @throws {ConfigError} */
export function readConfig(source: ConfigSource, file: string): readonly Directive[] {
  const text = source.text(file);
  if (text === undefined)
    throw new ConfigError(`open() "${file}" failed (2: No such file or directory)`, { file, line: 0 });
  return readText(source, text, file);
}

/** Reads the text of a configuration with what it includes. @throws {ConfigError} */
export const readText = (source: ConfigSource, text: string, file: string): readonly Directive[] =>
  parse(text, file).flatMap((each) => included(source, each));

function included(source: ConfigSource, directive: Directive): readonly Directive[] {
  const { name, args, block } = directive;
  if (name !== 'include')
    return [block === undefined ? directive : { ...directive, block: block.flatMap((each) => included(source, each)) }];
  const [given = ''] = args;
  const path = given.startsWith('/') ? given : `/etc/nginx/${given}`;
  if (!path.includes('*')) {
    const text = source.text(path);
    if (text === undefined) throw new ConfigError(`open() "${path}" failed (2: No such file or directory)`, directive);
    return readText(source, text, path);
  }
  const folder = path.slice(0, path.lastIndexOf('/'));
  const pattern = globToRegExp(path.slice(folder.length + 1));
  return source
    .names(folder)
    .filter((each) => pattern.test(each))
    .flatMap((each) => readConfig(source, `${folder}/${each}`));
}

/** @throws {ConfigError} */
function parse(text: string, file: string): readonly Directive[] {
  const words = [
    ...text.matchAll(/#[^\n]*|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|[{};]|\n|(?:\\.|\$\{\w+\}|[^\s{};"'])+/gs),
  ];
  let at = 0;
  let line = 1;
  const block = (isInner: boolean): readonly Directive[] => {
    const found: Directive[] = [];
    let args: string[] = [];
    let begun = line;
    for (; at < words.length; at++) {
      const [whole, double, single] = words[at] as RegExpExecArray;
      if (whole === '\n') line++;
      else if (whole.startsWith('#')) continue;
      else if (whole === ';' || whole === '{') {
        const [name, ...rest] = args;
        if (name === undefined) throw new ConfigError(`unexpected "${whole}"`, { file, line });
        at++;
        const inner = whole === '{' ? block(true) : undefined;
        if (whole === ';') at--;
        found.push({ name, args: rest, block: inner, file, line: begun });
        args = [];
      } else if (whole === '}') {
        if (args.length > 0 || !isInner) throw new ConfigError('unexpected "}"', { file, line });
        return found;
      } else {
        if (args.length === 0) begun = line;
        args.push(unescaped(double ?? single ?? whole));
        for (const char of whole) if (char === '\n') line++;
      }
    }
    if (isInner || args.length > 0)
      throw new ConfigError(`unexpected end of file, expecting ${args.length > 0 ? '";" or "}"' : '"}"'}`, {
        file,
        line,
      });
    return found;
  };
  return block(false);
}

const unescaped = (text: string): string =>
  text.replace(/\\(["'\\trn])/g, (_, char: string) => ({ t: '\t', r: '\r', n: '\n' })[char] ?? char);
