import { SandboxError } from '@tabernetes/node-api';

/**
 * Makes the body of a function of a module's text: `export default` becomes `module.default =`, other exports lose the word, and `await`
 * may stand at the top. The engine tells what else is wrong with it.
 * @throws {SandboxError} refused: it imports, which no program can: neither from the network nor from the host
 */
export function functionBody(source: string): string {
  const load = LOADS.exec(source);
  if (load !== null) {
    const line = source.slice(0, load.index).split('\n').length;
    throw new SandboxError(
      'refused',
      `line ${line}: programs of images cannot import; "import" may not stand before "${load[1]?.trim().charAt(0)}", in texts and comments neither`,
    );
  }
  const named: string[] = [];
  const body = source
    .replace(DECLARED, (_, indent: string, declaration: string, name: string) => {
      named.push(name);
      return `${indent}${declaration}${name}`;
    })
    .replace(DEFAULT, '$1module.default =')
    .replace(EXPORTED, '$1');
  // One line before the text: what the engine says of lines is true.
  return `'use strict'; return (async () => {${named.map((name) => `module.default = ${name};`).join('')} ${body}\n})();`;
}

/**
 * `import(…)` and its kin, with whatever may stand between: the one way to code from elsewhere, which engines leave open in function
 * bodies. Nothing else is needed: texts are not made code once a program runs, and letters of keywords cannot be escaped.
 */
const LOADS = /\bimport\s*(\(|\/[/*]|\.|<!--|-->)/;
const DEFAULT = /^([ \t]*)export\s+default\b/m;
/** Functions can be named before they stand there. */
const DECLARED = /^([ \t]*)export\s+default\s+((?:async\s+)?function\s*\*?\s*)([\p{L}_$][\p{L}\p{N}_$]*)/mu;
const EXPORTED = /^([ \t]*)export\s+(?=(?:const|let|var|function|async|class)\b)/gm;
