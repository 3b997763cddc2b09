import { lazy, Suspense, useRef } from 'react';
import { loadMonacoLanguage } from '../editor/monaco-language.ts';
import { useMessages } from '../messages/messages.ts';

const TextEditor = lazy(async () => {
  await loadMonacoLanguage();
  return import('./text-editor.tsx');
});

/** A text that a program at the terminal wants to be edited. */
export interface EditRequest {
  readonly id: number;
  readonly fileName: string;
  readonly text: string;
}

interface TerminalEditorProps {
  readonly request: EditRequest;
  /** Undefined: given up. */
  readonly onDone: (text: string | undefined) => void;
}

/** The page's editor in the place of the terminal, as vi would take it: saved and closed, or given up. */
export function TerminalEditor({ request: { fileName, text }, onDone }: TerminalEditorProps) {
  const edited = useRef(text);
  const { terminal: words } = useMessages();
  return (
    <section className="terminal-editor" aria-label={words.editorOf(fileName)}>
      <div className="dock-bar">
        <span className="hint">{fileName}</span>
        <span className="dock-actions">
          <button type="button" onClick={() => onDone(edited.current)} title={words.saveKeys}>
            {words.saveAndClose}
          </button>
          <button type="button" className="quiet" onClick={() => onDone(undefined)}>
            {words.discard}
          </button>
        </span>
      </div>
      <Suspense fallback={<pre className="code-fallback">{text}</pre>}>
        <TextEditor
          text={text}
          fileName={fileName}
          onChange={(next) => {
            edited.current = next;
          }}
          onSave={onDone}
        />
      </Suspense>
    </section>
  );
}
