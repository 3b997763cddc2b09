import type { TestExpression } from 'unbash';
import { Failure } from '../programs/support/command.ts';
import { safeRegExp } from '../programs/support/linear-regexp.ts';
import { evaluate } from '../programs/test.ts';
import { ShellError } from './control.ts';
import { wholePattern } from './pattern.ts';
import type { Shell } from './shell.ts';

/** `[[ … ]]`: words are not split, `==` matches a pattern, `=~` an expression. */
export async function testCommand(expression: TestExpression, shell: Shell): Promise<boolean> {
  switch (expression.type) {
    case 'TestLogical': {
      const stopsAt = expression.operator === '||';
      for (const operand of expression.operands) if ((await testCommand(operand, shell)) === stopsAt) return stopsAt;
      return !stopsAt;
    }
    case 'TestNot':
      return (await testCommand(expression.operand, shell)) !== (expression.negations.length % 2 === 1);
    case 'TestGroup':
      return testCommand(expression.expression, shell);
    case 'TestUnary':
      return plain(shell, [expression.operator, await shell.text(expression.operand)]);
    default: {
      const { operator, left, right } = expression;
      const text = await shell.text(left);
      if (operator === '==' || operator === '=' || operator === '!=') {
        return wholePattern(await shell.pattern(right)).test(text) === (operator !== '!=');
      }
      if (operator === '=~') return matches(text, await shell.text(right));
      return plain(shell, [text, operator, await shell.text(right)]);
    }
  }
}

function matches(text: string, expression: string): boolean {
  try {
    return safeRegExp(expression, 's').test(text);
  } catch {
    throw new ShellError(`bad regular expression: ${expression}`, { fatal: false });
  }
}

function plain(shell: Shell, words: readonly string[]): boolean {
  try {
    return evaluate(shell.proc, words);
  } catch (error) {
    if (error instanceof Failure) throw new ShellError(error.message, { fatal: false });
    throw error;
  }
}
