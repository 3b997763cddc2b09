import type { EditorActions } from '../editor/editor-panel.tsx';
import type { PageMessages } from '../messages/page-messages.ts';
import type { PaletteEntry } from '../palette/palette.tsx';

/** What the palette offers of the editor. `inEditor`: shows it, then does something there. */
export const editorEntries = (
  inEditor: (run: (actions: EditorActions) => void) => () => void,
  { palette: { notes, ...words } }: PageMessages,
): readonly PaletteEntry[] => [
  { label: words.applyFile, note: 'Ctrl-Enter', run: inEditor((actions) => actions.apply()) },
  { label: words.insertExample, note: notes.editor, run: inEditor((actions) => actions.examples()) },
  { label: words.diff, note: notes.editor, run: inEditor((actions) => actions.diff()) },
  { label: words.modernise, note: notes.editor, run: inEditor((actions) => actions.modernise()) },
  { label: words.quickFix, note: 'Ctrl-.', run: inEditor((actions) => actions.quickFix()) },
  { label: words.format, note: 'Shift-Alt-F', run: inEditor((actions) => actions.format()) },
  { label: words.newFile, note: notes.editor, run: inEditor((actions) => actions.createFile()) },
  { label: words.download, note: notes.editor, run: inEditor((actions) => actions.download()) },
  { label: words.editor, note: notes.focus, run: inEditor((actions) => actions.focus()) },
];
