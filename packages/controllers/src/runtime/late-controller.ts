import type { KindDefinition } from '@tabernetes/api';
import type { KubeObject } from '@tabernetes/apimachinery';
import type { Disposable } from '@tabernetes/base';
import type { ControllerContext } from './context.ts';
import type { Controller } from './controller.ts';

/** Something that makes a controller needed: calls `needed` for every such object, there or to come. */
export type Need = (
  context: Pick<ControllerContext, 'informers'>,
  needed: () => void,
) => Disposable & { readonly looked: Promise<void> };

/** Objects of a kind; with `when` only such. */
export function objectsOf<T extends KubeObject>(
  kind: KindDefinition<T>,
  when: (object: T) => boolean = () => true,
): Need {
  return ({ informers }, needed) => {
    const informer = informers.for(kind);
    const look = (object: T): void => {
      if (when(object)) needed();
    };
    const handler = informer.addHandler({ onAdd: look, onUpdate: look });
    return { looked: informer.start(), dispose: () => handler.dispose() };
  };
}

export interface LateControllerOptions {
  readonly needs: readonly Need[];
  /** Fetches it and makes it. Later: what it needs was not there when the others began. */
  readonly make: (isLater: boolean) => Promise<Controller>;
}

/**
 * A controller that is fetched when there is something for it to do: most clusters never have a CronJob. Virtual time stands still
 * meanwhile, so that it does then what it would have done if it had been there from the beginning.
 */
export function lateController(
  context: Pick<ControllerContext, 'clock' | 'informers' | 'onError'>,
  name: string,
  { needs, make }: LateControllerOptions,
): Controller {
  const { clock, onError } = context;
  let watched: readonly ReturnType<Need>[] = [];
  let begun: Promise<void> | undefined;
  let controller: Controller | undefined;
  let isLater = false;
  let isOver = false;
  const begin = async (): Promise<void> => {
    try {
      const made = await clock.hold(make(isLater));
      if (isOver) return;
      controller = made;
      await made.start();
      for (const need of watched) need.dispose();
    } catch (error) {
      // What could not be fetched, or did not begin, is tried again when it is needed next.
      controller?.dispose();
      controller = undefined;
      begun = undefined;
      onError(error);
    }
  };
  const needed = (): void => {
    begun ??= begin();
  };
  return {
    name,
    async start() {
      watched = needs.map((need) => need(context, needed));
      for (const { looked } of watched) await looked;
      isLater = true;
      // Of what is there from the beginning the first keys are under way when this resolves, as of any controller.
      await begun;
    },
    dispose() {
      isOver = true;
      for (const need of watched) need.dispose();
      controller?.dispose();
    },
  };
}
