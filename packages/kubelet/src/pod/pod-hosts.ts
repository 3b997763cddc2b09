import type { ContainerRuntime, Volume } from '@tabernetes/node-api';

/** The file in its volume. */
export const HOSTS_FILE = 'hosts';

/** /etc/hosts of one Pod: one file for all of its containers, written anew for each that is made. */
export class PodHosts {
  readonly #runtime: ContainerRuntime;
  #volume: Volume | undefined;

  constructor(runtime: ContainerRuntime) {
    this.#runtime = runtime;
  }

  /** The volume with the file, which says this now. */
  saying(text: string): Volume {
    if (this.#volume === undefined) this.#volume = this.#runtime.createVolume({ fsType: 'ext4', fill: writing(text) });
    else writing(text)(this.#volume.fs);
    return this.#volume;
  }
}

/** Apart, so that the text is all that it holds on to. */
const writing =
  (text: string) =>
  (fs: Volume['fs']): void =>
    fs.writeFile(`/${HOSTS_FILE}`, text, { mode: 0o644 });
