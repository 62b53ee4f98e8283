import { parentPort } from "node:worker_threads";
import { type Job, read } from "./readings.ts";

/** The thread's own side: a job in, its result out. What is thrown ends the thread, and is told by that. */
parentPort?.on("message", ({ reading, dialogue, options }: Job) => {
  parentPort?.postMessage(read(reading, dialogue, options));
});
