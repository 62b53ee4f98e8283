import type { GenesysApi } from "../genesys/api.ts";
import { type ChannelAddress, parseChannel } from "../genesys/payloads.ts";
import type { AddressStore } from "./notifications.ts";

/** The ledger's single values, seen from here. */
interface Marks {
  get(name: string): Promise<string | undefined>;
  set(name: string, value: string): Promise<void>;
}

/** Notification channels in the ledger, under a name; what is kept there and cannot be read counts as none. */
export function addressStore(
  marks: Marks,
  name: string,
  api: Pick<GenesysApi, "protectChannel">,
): AddressStore {
  return {
    async load() {
      const addresses = readAddresses(await marks.get(name));
      for (const address of addresses) api.protectChannel(address);
      return addresses;
    },
    save(addresses) {
      // Not worth stopping for: without it the next start makes a new channel.
      marks.set(name, JSON.stringify(addresses)).catch(() => {});
    },
  };
}

function readAddresses(text: string | undefined): ChannelAddress[] {
  try {
    const value: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(value) ? value.map(parseChannel) : [];
  } catch {
    return [];
  }
}
