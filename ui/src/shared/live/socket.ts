import { heard } from "@/shared/api/http";
import { setServerNow } from "@/shared/time/clock";
import { backoffMs, type FromServer, type FromTab, newest, parse } from "./protocol";
import { tabSession } from "./tab";

const ALIVE_EVERY_MS = 3_000;
/** The server closes with this where nobody is signed in (any more). */
const SIGNED_OUT = 4401;

/** One WebSocket a tab. It reconnects by itself and replays from the last number it heard. */
export class LiveSocket {
  readonly session = tabSession();
  #socket: WebSocket | undefined;
  #last = 0;
  #failures = 0;
  #alive: ReturnType<typeof setInterval> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;
  readonly #hear: (message: FromServer) => void;
  readonly #state: (connected: boolean) => void;

  constructor(hear: (message: FromServer) => void, state: (connected: boolean) => void) {
    this.#hear = hear;
    this.#state = state;
  }

  start(): void {
    this.#stopped = false;
    this.#open();
    window.addEventListener("online", this.#now);
  }

  stop(): void {
    this.#stopped = true;
    window.removeEventListener("online", this.#now);
    clearTimeout(this.#retry);
    this.#socket?.close();
  }

  #now = (): void => {
    if (this.#socket) return;
    clearTimeout(this.#retry);
    this.#failures = 0;
    this.#open();
  };

  #open(): void {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/ws`);
    this.#socket = socket;
    socket.onopen = () => {
      this.#send({ type: "hello", session: this.session, after: this.#last });
      this.#alive = setInterval(() => this.#send({ type: "alive" }), ALIVE_EVERY_MS);
    };
    socket.onmessage = (event) => {
      const message = parse(String(event.data));
      if (!message) return;
      this.#last = newest(this.#last, message);
      heard(true);
      if (message.type === "welcome") {
        this.#failures = 0;
        // A server that starts anew counts from the beginning; its number is then the truth, not ours.
        this.#last = message.seq;
        setServerNow(message.now);
        this.#state(true);
      }
      if (message.type === "signed_out") this.stop();
      this.#hear(message);
    };
    socket.onclose = (event) => {
      clearInterval(this.#alive);
      this.#socket = undefined;
      this.#state(false);
      if (this.#stopped) return;
      if (event.code === SIGNED_OUT) {
        this.#hear({ type: "signed_out" });
        return;
      }
      this.#retry = setTimeout(() => this.#open(), backoffMs(this.#failures++, Math.random()));
    };
  }

  #send(message: FromTab): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }
}
