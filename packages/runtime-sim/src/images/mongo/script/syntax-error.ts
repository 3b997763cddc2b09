import { getLineInfo } from 'acorn';

/** Lines that are shown around the one that cannot be read. */
const LINES_ABOVE = 2;
const LINES_BELOW = 3;

/** A script that cannot be read, or that holds what is not simulated. */
export class ScriptSyntaxError extends Error {
  /** More lines could make a script of it. */
  readonly isUnfinished: boolean;

  /** @param at where in the script, in characters from its begin */
  constructor(problem: string, script: string, at: number, isUnfinished = false) {
    const { line, column } = getLineInfo(script, at);
    super(`${problem} (${line}:${column})\n\n${frame(script, line, column)}`);
    this.isUnfinished = isUnfinished;
  }
}

/**
 * The lines around a place, with a mark below it, as mongosh shows them: its parser of scripts is Babel's.
 *
 * @see https://babeljs.io/docs/babel-code-frame
 */
function frame(script: string, line: number, column: number): string {
  const lines = script.split(/\r\n|[\n\r\u2028\u2029]/);
  const first = Math.max(1, line - LINES_ABOVE);
  const last = Math.min(lines.length, line + LINES_BELOW);
  const width = String(last).length;
  return lines
    .slice(first - 1, last)
    .map((text, index) => {
      const number = first + index;
      const shown = `${number === line ? '>' : ' '} ${String(number).padStart(width)} |${text === '' ? '' : ` ${text}`}`;
      if (number !== line) return shown;
      // Tabs stay, so that the mark stands below its place.
      return `${shown}\n  ${' '.repeat(width)} | ${text.slice(0, column).replace(/[^\t]/g, ' ')}^`;
    })
    .join('\n');
}
