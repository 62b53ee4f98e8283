/** A conversation long enough for a log, in Dutch. */
const said: readonly (readonly ["AGENT" | "CUSTOMER", string])[] = [
  ["AGENT", "Goedemiddag, u spreekt met Jane van Helder. Waarmee kan ik u helpen?"],
  ["CUSTOMER", "Goedemiddag, ik heb een vraag over mijn jaarnota. Die is veel hoger dan vorig jaar."],
  [
    "AGENT",
    "Dat kijk ik voor u na. Ik zie dat uw termijnbedrag vorig jaar te laag stond, daarom moet u bijbetalen.",
  ],
  ["CUSTOMER", "Kan ik de jaarnota in drie termijnen betalen? Ik kan het niet in een keer missen."],
  [
    "AGENT",
    "Ja, ik zet een betalingsregeling van drie maanden voor u klaar en stuur de bevestiging per post.",
  ],
  ["CUSTOMER", "Dank u wel, dan is het opgelost. Fijne dag nog."],
];

export interface Shape {
  readonly contactId?: string;
  readonly instanceId?: string;
  readonly startedAt?: number;
  readonly summary?: object;
  readonly account?: string;
  readonly customerName?: string;
}

/** A voice analysis file, as the admin guide prints one. */
export function voiceAnalysis({ contactId = "c-1", instanceId = "i-1", summary, account }: Shape = {}) {
  return {
    Version: "1.1.0",
    AccountId: "123456789012",
    Channel: "VOICE",
    ContentMetadata: { Output: "Raw" },
    JobStatus: "COMPLETED",
    LanguageCode: "nl-NL",
    CustomerMetadata: { ContactId: contactId, InstanceId: instanceId, ...(account && { Account: account }) },
    Participants: [
      { ParticipantId: "CUSTOMER", ParticipantRole: "CUSTOMER" },
      { ParticipantId: "AGENT", ParticipantRole: "AGENT" },
    ],
    ConversationCharacteristics: {
      TotalConversationDurationMillis: said.length * 5_000,
      ...(summary && { ContactSummary: { PostContactSummary: summary } }),
    },
    Transcript: said.map(([role, text], index) => ({
      Id: `turn-${index}`,
      ParticipantId: role,
      Content: text,
      BeginOffsetMillis: index * 5_000,
      EndOffsetMillis: index * 5_000 + 4_500,
      Sentiment: "NEUTRAL",
      LoudnessScore: [70],
    })),
  };
}

/** A chat analysis file: events, the system's messages, and ids for people. */
export function chatAnalysis({
  contactId = "c-2",
  instanceId = "i-1",
  startedAt = Date.parse("2026-03-12T10:00:00Z"),
  account,
  customerName = "Sanne",
}: Shape = {}) {
  const people = {
    AGENT: "f36a545d-67b2-4fd4-89fb-896136b609a7",
    CUSTOMER: "e9b36a6d-12aa-4c21-9745-1881648ecfc8",
  };
  const at = (index: number): string => new Date(startedAt + index * 10_000).toISOString();
  return {
    Version: "CHAT-2022-11-30",
    Channel: "CHAT",
    ContentMetadata: { Output: "Raw" },
    JobStatus: "COMPLETED",
    LanguageCode: "nl-NL",
    CustomerMetadata: { ContactId: contactId, InstanceId: instanceId, ...(account && { Account: account }) },
    Participants: [
      { ParticipantId: people.CUSTOMER, ParticipantRole: "CUSTOMER", DisplayName: customerName },
      { ParticipantId: "2b2288b4", ParticipantRole: "SYSTEM", DisplayName: "SYSTEM_MESSAGE" },
      { ParticipantId: people.AGENT, ParticipantRole: "AGENT", DisplayName: "Jane" },
    ],
    Transcript: [
      { Type: "EVENT", AbsoluteTime: at(0), ParticipantId: people.CUSTOMER, ParticipantRole: "CUSTOMER" },
      {
        Type: "MESSAGE",
        AbsoluteTime: at(0),
        ParticipantId: "2b2288b4",
        ParticipantRole: "SYSTEM",
        Content: "U bent nummer 1.",
      },
      ...said.map(([role, text], index) => ({
        Type: "MESSAGE",
        ContentType: "text/plain",
        AbsoluteTime: at(index + 1),
        ParticipantId: people[role],
        ParticipantRole: role,
        Content: text,
      })),
    ],
  };
}

/** The same file as the other one of the two: its personal parts taken out. */
export function redactedOf<T extends { readonly ContentMetadata: object }>(file: T): T {
  const text = JSON.stringify({ ...file, ContentMetadata: { Output: "Redacted", RedactionTypes: ["PII"] } });
  return JSON.parse(text.replaceAll(/Jane|Sanne/g, "[PII]"));
}

/** As the admin guide prints it, "Error notifications". */
export function failedEvent(contactId: string) {
  const instance = "arn:aws:connect:us-east-1:111122223333:instance/abcd1234-defg-5678-h9j0-7c822889931e";
  return {
    version: "0",
    id: "55555555-1111-1111-1111-111111111111",
    source: "aws.connect",
    "detail-type": "Contact Lens Analysis State Change",
    account: "111122223333",
    time: "2020-04-27T18:43:48Z",
    region: "us-east-1",
    resources: [instance, `${instance}/contact/${contactId}`],
    detail: {
      instance,
      contact: `${instance}/contact/${contactId}`,
      channel: "VOICE",
      state: "FAILED",
      reasonCode: "RECORDING_FILE_CANNOT_BE_READ",
    },
  };
}
