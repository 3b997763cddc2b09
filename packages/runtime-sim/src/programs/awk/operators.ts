import { Failure } from '../support/command.ts';
import { compareValues, toNumber, type Value } from './values.ts';

/** What an operator between two values gives. @throws {Failure} */
export function operate(
  operator: string,
  a: Value | undefined,
  b: Value | undefined,
  text: (value: Value | undefined) => string,
): number {
  const order = (): number => compareValues(a, b, text);
  switch (operator) {
    case '<':
      return order() < 0 ? 1 : 0;
    case '<=':
      return order() <= 0 ? 1 : 0;
    case '==':
      return order() === 0 ? 1 : 0;
    case '!=':
      return order() !== 0 ? 1 : 0;
    case '>':
      return order() > 0 ? 1 : 0;
    case '>=':
      return order() >= 0 ? 1 : 0;
    default:
      return arithmetic(operator, toNumber(a), toNumber(b));
  }
}

/** @throws {Failure} where something is divided by zero */
export function arithmetic(operator: string, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      if (b === 0) throw new Failure('cmd. line:1: Division by zero');
      return a / b;
    case '%':
      return a % b;
    default:
      return a ** b;
  }
}
