import type { Cluster } from '@tabernetes/cluster';
import { imageOfFile } from '../image-file.ts';

/** Files of the page that are images: each cluster has them under their names, as they are when nodes pull them. */
export class FileImages {
  #texts = new Map<string, string>();
  #images: Cluster['images'] | undefined;

  /** Another cluster: it gets all of them. */
  connect(images: Cluster['images']): void {
    this.#images = images;
    for (const [name, text] of this.#texts) images.set(name, imageOf(name, text));
  }

  disconnect(): void {
    this.#images = undefined;
  }

  /** All files of the page. */
  set(files: readonly { readonly name: string; readonly text: string }[]): void {
    const next = new Map<string, string>();
    for (const { name, text } of files) {
      const image = imageOfFile(name);
      if (image !== undefined) next.set(image, text);
    }
    for (const name of this.#texts.keys()) if (!next.has(name)) this.#images?.set(name, undefined);
    for (const [name, text] of next) {
      if (this.#texts.get(name) !== text) this.#images?.set(name, imageOf(name, text));
    }
    this.#texts = next;
  }
}

const imageOf = (name: string, text: string) => ({ bin: { [name]: text } });
