import * as monaco from 'monaco-editor/editor';
import type { PageMessages } from '../messages/page-messages.ts';
import { documentsBetween } from './documents.ts';
import { meantField } from './meant-field.ts';
import { noteText } from './modernise/modern-note.ts';
import { modernise, moderniseFile } from './modernise/modernise.ts';
import type { Problem } from './problems.ts';
import type { ClusterSchema } from './schema/cluster-schema.ts';

interface Knowledge {
  problems(): readonly Problem[];
  schema(): ClusterSchema | undefined;
  /** The words of the page as they are now. */
  words(): PageMessages;
}

/** Offers what mends a problem where it stands: the field that was meant, the version that took an old one's place. */
export function offerQuickFixes({ problems, schema, words }: Knowledge): monaco.IDisposable {
  return monaco.languages.registerCodeActionProvider(
    'yaml',
    {
      provideCodeActions(model, range, { markers }) {
        const text = model.getValue();
        const from = model.getOffsetAt(range.getStartPosition());
        const to = model.getOffsetAt(range.getEndPosition());
        const line = { from: model.getOffsetAt({ lineNumber: range.startLineNumber, column: 1 }), to };
        return {
          actions: [
            ...problems()
              .filter((problem) => problem.from <= to && line.from <= problem.to)
              .flatMap((problem) => respelling(model, problem, schema(), words(), markers)),
            ...modernising(model, text, from, to, words(), markers),
          ],
          dispose: () => undefined,
        };
      },
    },
    { providedCodeActionKinds: ['quickfix'] },
  );
}

function respelling(
  model: monaco.editor.ITextModel,
  problem: Problem,
  schema: ClusterSchema | undefined,
  words: PageMessages,
  markers: readonly monaco.editor.IMarkerData[],
): monaco.languages.CodeAction[] {
  const name = meantField(problem, schema);
  if (name === undefined) return [];
  return [action(model, words.editor.replaceBy(name), problem.from, problem.to, name, markers, true)];
}

function modernising(
  model: monaco.editor.ITextModel,
  text: string,
  from: number,
  to: number,
  words: PageMessages,
  markers: readonly monaco.editor.IMarkerData[],
): monaco.languages.CodeAction[] {
  const here = documentsBetween(text, from, to).flatMap(({ at, source }) => {
    const modern = modernise(source);
    if (modern === undefined) return [];
    const title = words.editor.modernise(modern.notes.map((note) => noteText(note, words.modernised)));
    return [action(model, title, at, at + source.length, modern.text, markers, true)];
  });
  const whole = here.length === 0 ? undefined : moderniseFile(text);
  if (whole === undefined || whole.text === undefined) return here;
  const isMore = whole.text !== text && here.length > 0 && documentsBetween(text, 0, text.length).length > 1;
  return isMore
    ? [...here, action(model, words.editor.moderniseFile, 0, text.length, whole.text, markers, false)]
    : here;
}

function action(
  model: monaco.editor.ITextModel,
  title: string,
  from: number,
  to: number,
  text: string,
  diagnostics: readonly monaco.editor.IMarkerData[],
  isPreferred: boolean,
): monaco.languages.CodeAction {
  const range = monaco.Range.fromPositions(model.getPositionAt(from), model.getPositionAt(to));
  return {
    title,
    kind: 'quickfix',
    isPreferred,
    diagnostics: [...diagnostics],
    edit: { edits: [{ resource: model.uri, textEdit: { range, text }, versionId: model.getVersionId() }] },
  };
}
