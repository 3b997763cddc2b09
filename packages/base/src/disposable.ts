/** Something that holds a timer, a watch or a listener until it is told to let go. Disposing twice is harmless. */
export interface Disposable {
  dispose(): void;
}
