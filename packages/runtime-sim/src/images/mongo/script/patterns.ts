import type { Expression, Pattern } from 'acorn';
import type { Steps } from '../../../shell/drive.ts';
import { items } from './items.ts';
import { member } from './members.ts';
import { keysOf } from './operate.ts';
import { failure, ScriptObject, toText, type Value } from './values.ts';

/** What a pattern needs of its surroundings. */
export interface PatternDeps {
  readonly evaluate: (expr: Expression, name?: string) => Steps<Value>;
  /** Takes a value for a name, or for a place such as `a.b`. */
  readonly take: (target: Extract<Pattern, { type: 'Identifier' | 'MemberExpression' }>, value: Value) => Steps<void>;
}

/** Takes a value apart: `{ a, b: [c = 1, ...d] }`. @throws {Thrown} a TypeError where there is nothing to take apart */
export function* destructure(pattern: Pattern, value: Value, deps: PatternDeps): Steps<void> {
  switch (pattern.type) {
    case 'Identifier':
    case 'MemberExpression':
      return yield* deps.take(pattern, value);
    case 'AssignmentPattern': {
      const name = pattern.left.type === 'Identifier' ? pattern.left.name : undefined;
      const given = value === undefined ? yield* deps.evaluate(pattern.right, name) : value;
      return yield* destructure(pattern.left, given, deps);
    }
    case 'ArrayPattern': {
      const values = yield* items(value);
      for (const [index, element] of pattern.elements.entries()) {
        if (element?.type === 'RestElement') yield* destructure(element.argument, values.slice(index), deps);
        else if (element !== null && element !== undefined) yield* destructure(element, values[index], deps);
      }
      return;
    }
    case 'ObjectPattern': {
      if (value === undefined || value === null)
        throw failure('TypeError', `Cannot destructure '${String(value)}' as it is ${String(value)}.`);
      const taken = new Set<string>();
      for (const property of pattern.properties) {
        if (property.type === 'RestElement') {
          const rest = keysOf(value).filter((key) => !taken.has(key));
          const given = new ScriptObject(rest.map((key) => [key, member(value, key)]));
          yield* destructure(property.argument, given, deps);
          continue;
        }
        const { key, computed } = property;
        const name = !computed && key.type === 'Identifier' ? key.name : toText(yield* deps.evaluate(key));
        taken.add(name);
        yield* destructure(property.value, member(value, name), deps);
      }
      return;
    }
    case 'RestElement':
      return yield* destructure(pattern.argument, value, deps);
  }
}
