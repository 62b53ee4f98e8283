export interface HealthOptions {
  /** Whatever hears of ends; each names a reason while it cannot. */
  readonly ears: readonly { readonly deaf: string | undefined }[];
  /** Where what was not heard is looked up, and why that cannot be read now. */
  readonly history: { readonly away: string | undefined };
  /** The state file, and why it cannot be written. */
  readonly pulse: { readonly trouble: string | undefined };
  readonly stopping: AbortSignal;
}

/** How the daemon is; each question names a reason, or is undefined where all is well. */
export interface Health {
  /** Why not everything is heard. */
  deaf(): string | undefined;
  /** Why no work can be claimed. */
  blocked(): string | undefined;
  /** Why nobody should rely on it now: `/readyz`. */
  unready(): string | undefined;
}

export function createHealth({ ears, history, pulse, stopping }: HealthOptions): Health {
  const deaf = (): string | undefined => ears.find((one) => one.deaf !== undefined)?.deaf;
  const blocked = (): string | undefined => pulse.trouble;
  return {
    deaf,
    blocked,
    unready: () => (stopping.aborted ? "stopping" : (idle(deaf(), history.away) ?? blocked())),
  };
}

/** Why nothing is heard; what ends meanwhile is found in history, unless that cannot be read either. */
function idle(deaf: string | undefined, historyAway: string | undefined): string | undefined {
  if (deaf === undefined || historyAway === undefined) return deaf;
  return `alive but idle: ${deaf}, and history cannot be read (${historyAway})`;
}
