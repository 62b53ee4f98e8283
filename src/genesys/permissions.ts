/** What each call asks the OAuth client's role for (official SDK; PROTOCOL §7). */
export const permissions = {
  conversation: "conversation:communication:view",
  readNotes: "externalContacts:contact:view",
  writeNote: "externalContacts:contact:edit",
  readAction: "integrations:action:view",
  executeAction: "integrations:action:execute",
  openCase: "caseManagement:case:add",
  readCase: "caseManagement:case:view",
  readAssociations: "caseManagement:caseAssociation:view",
  wrapUp: "conversation:participant:wrapup",
  readWrapupCodes: "routing:wrapupCode:view",
} as const;

/** Names that do as well (OpenAPI: any of them). */
const olderNames: Readonly<Record<string, readonly string[]>> = {
  [permissions.readNotes]: ["relate:contact:view"],
  [permissions.writeNote]: ["relate:contact:edit"],
  [permissions.readAction]: ["bridge:actions:view"],
  [permissions.executeAction]: ["bridge:actions:execute"],
};

/**
 * Those of the wanted permissions that are not among the given ones. Where none is given at all, nothing is known of
 * them, and none is said to be missing.
 * @param given `domain:entity:action`; each part may be `*`
 */
export function notGiven(wanted: readonly string[], given: readonly string[]): string[] {
  if (given.length === 0) return [];
  return wanted.filter((one) => {
    const either = [one, ...(olderNames[one] ?? [])];
    return !given.some((permission) => either.some((name) => covers(permission, name)));
  });
}

function covers(given: string, wanted: string): boolean {
  const parts = given.split(":");
  return wanted.split(":").every((part, index) => parts[index] === "*" || parts[index] === part);
}
