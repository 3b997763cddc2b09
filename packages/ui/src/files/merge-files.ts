import type { FilesChange, PageFile } from '@tabernetes/worker/connect';

/** The files of the page with what a shell changed: in their places, new ones at the end. One file always stays. */
export function mergeFiles(files: readonly PageFile[], { put, removed }: FilesChange): readonly PageFile[] {
  const changed = new Map(put.map((file) => [file.name, file]));
  const kept = files
    .filter(({ name }) => !removed.includes(name))
    .map((file) => {
      const next = changed.get(file.name);
      changed.delete(file.name);
      return next === undefined || next.text === file.text ? file : { ...file, ...next };
    });
  const merged = [...kept, ...changed.values()];
  return merged.length > 0 ? merged : files.slice(0, 1).map((file) => ({ ...file, text: '' }));
}
