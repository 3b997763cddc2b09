import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { HighlightStyle, indentUnit, syntaxHighlighting } from '@codemirror/language';
import { EditorState } from '@codemirror/state';
import { EditorView, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { useEffect, useRef } from 'react';

interface YamlEditorProps {
  /** Says which file this is; a different one is another text. */
  readonly name: string;
  readonly text: string;
  readonly isReadOnly: boolean;
  readonly onChange: (text: string) => void;
  readonly onApply: () => void;
}

const COLOURS = HighlightStyle.define([
  { tag: [tags.definition(tags.propertyName), tags.propertyName], color: 'var(--tn-key)' },
  { tag: [tags.string, tags.content], color: 'var(--tn-value)' },
  { tag: tags.comment, color: 'var(--tn-dim)', fontStyle: 'italic' },
  { tag: [tags.separator, tags.punctuation, tags.meta], color: 'var(--tn-dim)' },
]);

/** A small editor for YAML that lives in shadow roots, too. Loaded lazily. */
// biome-ignore lint/style/noDefaultExport: React.lazy takes a module with a default export.
export default function YamlEditor({ name, text, isReadOnly, onChange, onApply }: YamlEditorProps) {
  const place = useRef<HTMLDivElement>(null);
  const latest = useRef({ text, onChange, onApply });
  latest.current = { text, onChange, onApply };
  useEffect(() => {
    const parent = place.current;
    if (parent === null) return undefined;
    const view = new EditorView({
      parent,
      root: parent.getRootNode() as ShadowRoot | Document,
      state: EditorState.create({
        doc: latest.current.text,
        extensions: [
          lineNumbers(),
          history(),
          indentUnit.of('  '),
          yaml(),
          syntaxHighlighting(COLOURS),
          EditorView.contentAttributes.of({ 'aria-label': name }),
          EditorState.readOnly.of(isReadOnly),
          keymap.of([
            {
              key: 'Mod-Enter',
              run() {
                latest.current.onApply();
                return true;
              },
            },
            ...defaultKeymap,
            ...historyKeymap,
            // Escape, then Tab leaves the editor, as CodeMirror's own keys say.
            indentWithTab,
          ]),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange(update.state.doc.toString());
          }),
        ],
      }),
    });
    return () => view.destroy();
  }, [name, isReadOnly]);
  return <div ref={place} className="yaml-editor" />;
}
