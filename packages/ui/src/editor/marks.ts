import * as monaco from 'monaco-editor/editor';
import type { Messages } from '../messages/messages.ts';
import type { Applied } from './apply.ts';
import { firstCharacter } from './documents.ts';

const WORST_FIRST = ['refused', 'created', 'configured', 'unchanged'] as const;

/** A sign beside the first line of each document: what became of it. They move with the text. */
export function markDecorations(
  model: monaco.editor.ITextModel,
  results: readonly Applied[],
  words: Messages['apply'],
): monaco.editor.IModelDeltaDecoration[] {
  const byDocument = new Map<number, Applied[]>();
  for (const result of results) {
    const place = firstCharacter(result);
    byDocument.set(place, [...(byDocument.get(place) ?? []), result]);
  }
  return [...byDocument].map(([place, of]) => {
    const { lineNumber } = model.getPositionAt(place);
    const outcome = WORST_FIRST.find((each) => of.some((result) => result.outcome === each)) ?? 'unchanged';
    return {
      range: new monaco.Range(lineNumber, 1, lineNumber, 1),
      options: {
        linesDecorationsClassName: `mark-of ${outcome}`,
        linesDecorationsTooltip: of.map((result) => `${result.name} ${words.outcomes[result.outcome]}`).join('\n'),
        stickiness: monaco.editor.TrackedRangeStickiness.NeverGrowsWhenTypingAtEdges,
      },
    };
  });
}
