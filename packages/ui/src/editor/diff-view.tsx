import * as monaco from 'monaco-editor/editor';
import 'monaco-editor/features/register.all';
import 'monaco-editor/languages/definitions/yaml/register';
import { useEffect, useRef } from 'react';
import { usePageMessages } from '../messages/page-messages.ts';
import { followTheme } from './monaco-theme.ts';

/** Two texts beside each other. Loaded lazily, with the editor. */
// biome-ignore lint/style/noDefaultExport: React.lazy takes a module with a default export.
export default function DiffView({ before, after }: { readonly before: string; readonly after: string }) {
  const place = useRef<HTMLDivElement>(null);
  const { editor: words } = usePageMessages();
  useEffect(() => {
    if (place.current === null) return undefined;
    // Not a language that is checked: what the server adds is not the person's to mend.
    const original = monaco.editor.createModel(before, 'plaintext');
    const modified = monaco.editor.createModel(after, 'plaintext');
    const diff = monaco.editor.createDiffEditor(place.current, {
      readOnly: true,
      automaticLayout: true,
      minimap: { enabled: false },
      fontSize: 13,
      scrollBeyondLastLine: false,
      renderOverviewRuler: false,
      hideUnchangedRegions: { enabled: true },
      originalAriaLabel: words.before,
      modifiedAriaLabel: words.after,
    });
    diff.setModel({ original, modified });
    const unfollowTheme = followTheme(place.current);
    return () => {
      unfollowTheme();
      diff.dispose();
      original.dispose();
      modified.dispose();
    };
  }, [before, after, words]);
  return <div ref={place} className="diff" />;
}
