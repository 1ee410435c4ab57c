import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import { type Armed, type Binding, isField, meant, press, Typing } from "./strokes";

interface Sheet {
  bindings: readonly Binding[];
  armedKey: string | null;
  singleKeys: boolean;
  setSingleKeys(on: boolean): void;
}

class Registry {
  #sets = new Map<symbol, readonly Binding[]>();
  #flat: readonly Binding[] = [];
  #listeners = new Set<() => void>();

  put(owner: symbol, bindings: readonly Binding[] | null): void {
    if (bindings) this.#sets.set(owner, bindings);
    else this.#sets.delete(owner);
    // The latest page on stage wins over the frame below it.
    this.#flat = [...this.#sets.values()].reverse().flat();
    for (const listener of this.#listeners) listener();
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  all = (): readonly Binding[] => this.#flat;
}

const RegistryContext = createContext<Registry>(new Registry());
const SheetContext = createContext<Sheet>({
  bindings: [],
  armedKey: null,
  singleKeys: true,
  setSingleKeys: () => {},
});

const SINGLE_KEYS = "ahize.single-keys";

export function KeyboardProvider({ children }: { children: ReactNode }) {
  const registry = useMemo(() => new Registry(), []);
  const bindings = useSyncExternalStore(registry.subscribe, registry.all);
  const [singleKeys, setSingle] = useState(() => localStorage.getItem(SINGLE_KEYS) !== "off");
  const [armed, setArmed] = useState<Armed | null>(null);
  const state = useRef({ singleKeys, armed });
  state.current = { singleKeys, armed };

  useEffect(() => {
    // When a call comes or goes the field somebody types in may leave the screen: the rest of that word is no command.
    const typing = new Typing();
    function down(event: KeyboardEvent): void {
      if (event.isComposing) return;
      // An Enter that a field keeps for itself ends the word all the same.
      const goesOn = typing.goesOn(event.key, isField(event.target), event.timeStamp);
      if (event.defaultPrevented || goesOn) return;
      const binding = meant(
        registry.all(),
        {
          key: event.key,
          ctrl: event.ctrlKey,
          alt: event.altKey,
          meta: event.metaKey,
          repeat: event.repeat,
          inField: isField(event.target),
        },
        state.current.singleKeys,
      );
      if (!binding) return;
      if (event.key === "Enter" && isAnothers(event.target)) return;
      event.preventDefault();
      if (!binding.twice) {
        binding.run();
        return;
      }
      const next = press(state.current.armed, binding.key, event.timeStamp, event.repeat);
      state.current.armed = next.armed;
      setArmed(next.armed);
      if (next.fire) binding.run();
    }
    const left = () => typing.end();
    window.addEventListener("keydown", down);
    window.addEventListener("pointerdown", left);
    return () => {
      window.removeEventListener("keydown", down);
      window.removeEventListener("pointerdown", left);
    };
  }, [registry]);

  useEffect(() => {
    if (!armed) return;
    const timer = setTimeout(() => setArmed(null), 1_500);
    return () => clearTimeout(timer);
  }, [armed]);

  const setSingleKeys = useCallback((on: boolean) => {
    localStorage.setItem(SINGLE_KEYS, on ? "on" : "off");
    setSingle(on);
  }, []);

  const sheet = useMemo(
    () => ({ bindings, armedKey: armed?.key ?? null, singleKeys, setSingleKeys }),
    [bindings, armed, singleKeys, setSingleKeys],
  );
  return (
    <RegistryContext value={registry}>
      <SheetContext value={sheet}>{children}</SheetContext>
    </RegistryContext>
  );
}

/** Enter on a focused button or link is that button's, not ours; but not on a choice that has been made already. */
function isAnothers(target: EventTarget | null): boolean {
  const control = target instanceof HTMLElement && target.closest("button, a, [role=button], [role=option]");
  return control instanceof HTMLElement && !control.matches("[data-choice][aria-pressed=true]");
}

/** These keys work while the component stands; they join the `?` sheet and the palette by themselves. */
export function useKeys(bindings: readonly Binding[]): void {
  const registry = useContext(RegistryContext);
  const owner = useRef(Symbol("keys"));
  // Before the frame is painted: who sees a state may press its keys.
  useLayoutEffect(() => {
    registry.put(owner.current, bindings);
  }, [registry, bindings]);
  useLayoutEffect(() => {
    const me = owner.current;
    return () => registry.put(me, null);
  }, [registry]);
}

export function useSheet(): Sheet {
  return useContext(SheetContext);
}
