import { expect, test } from 'vitest';
import { TextAgreement } from './text-agreement.ts';

/** `+x`: typed; `<x`: the state says it and the editor keeps its own; `!x`: the editor takes it over. */
const cases: readonly { readonly name: string; readonly steps: string }[] = [
  { name: 'what is handed back late does not undo what was typed meanwhile', steps: '+ab +abc <ab +abcd <abc <abcd' },
  { name: 'the state may hand back the last of several alone', steps: '+ab +abc <abc' },
  { name: 'the state may speak of something else before it heard', steps: '+ab <a <ab' },
  { name: 'a text from elsewhere is taken over', steps: '!x +xy <xy !z' },
  { name: 'a text from elsewhere is taken over once', steps: '!x <x' },
  { name: 'a text that was undone comes from elsewhere later', steps: '+ab +a <a !ab' },
];
for (const { name, steps } of cases) {
  test(`UI-15 the text of an editor: ${name}`, () => {
    const agreement = new TextAgreement('a');
    const seen = steps.split(' ').map((step) => {
      const text = step.slice(1);
      if (step.startsWith('+')) {
        agreement.typed(text);
        return step;
      }
      return `${agreement.hears(text) ? '!' : '<'}${text}`;
    });
    expect(seen.join(' ')).toBe(steps);
  });
}
