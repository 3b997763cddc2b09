/** `>= 3` */
export interface Comparison {
  readonly operator: '=' | '!=' | '>=' | '<=' | '>' | '<';
  readonly number: number;
}

/** @throws {Error} */
export function parseComparison(text: string): Comparison {
  const [, operator, number] = /^(==?|!=|>=|<=|>|<)\s*(\d+)$/.exec(text.trim()) ?? [];
  if (operator === undefined || number === undefined) {
    throw new Error(`${JSON.stringify(text)} is not a comparison; say "= 3" or ">= 3"`);
  }
  return { operator: operator === '==' ? '=' : (operator as Comparison['operator']), number: Number(number) };
}

export function isTrueOf({ operator, number }: Comparison, value: number): boolean {
  switch (operator) {
    case '=':
      return value === number;
    case '!=':
      return value !== number;
    case '>=':
      return value >= number;
    case '<=':
      return value <= number;
    case '>':
      return value > number;
    case '<':
      return value < number;
  }
}
