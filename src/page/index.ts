import type { Door } from "../doors/door.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { deadDoor, explainDoor, liveDoor, noReplayDoor, replayDoor } from "./doors.ts";
import type { Feed } from "./feed.ts";
import { Live } from "./live.ts";
import { createPage, pageDoor } from "./page.ts";
import { createView } from "./view.ts";

export interface LookingOptions {
  readonly feed: Feed;
  readonly ledger: Pick<Ledger, "reader" | "desk">;
  /** The balance, as `/status` tells it. */
  readonly status: () => object;
  /** `http.token`; without it nothing can be changed. */
  readonly token?: string | undefined;
  /** The token that lets somebody in now; a reload changes it. */
  readonly pass?: () => string | undefined;
  readonly showLogs: boolean;
  /** Something may be due. */
  readonly wake: () => void;
}

export interface Looking extends Disposable {
  /** `GET /`, which holds no data and is for everybody. */
  readonly page: Door;
  /** What the page reads, and the one thing it can change. */
  readonly doors: readonly Door[];
}

/** What somebody sees who looks at the daemon with a browser. */
export function createLooking({
  feed,
  ledger: { reader, desk },
  status,
  token,
  pass = () => token,
  showLogs,
  wake,
}: LookingOptions): Looking {
  const mayChange = token !== undefined;
  const view = createView({ feed, reader, desk, status, mayChange, showsLogs: showLogs });
  const live = new Live(view.parts, { pass });
  const onReplayed = (): void => {
    view.renew();
    wake();
  };
  return {
    page: pageDoor(createPage()),
    doors: [
      liveDoor(live),
      deadDoor(view),
      explainDoor(reader, showLogs),
      mayChange ? replayDoor(desk, onReplayed) : noReplayDoor,
    ],
    [Symbol.dispose]: () => live[Symbol.dispose](),
  };
}
