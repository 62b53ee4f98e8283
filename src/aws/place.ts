import { z } from "zod";

/** Keys of whatever names a service of AWS, to be spread into its schema; credentials are the SDK's own affair. */
export const placeShape = {
  region: z
    .string()
    .regex(/^[a-z]{2,6}(-[a-z]+)+-\d$/, "must be an AWS region such as eu-central-1")
    .optional()
    .describe("AWS region; left out: as the AWS SDK finds it (AWS_REGION, the profile)."),
  endpoint: z
    .url({ protocol: /^https?$/, error: "must be an http or https URL" })
    .optional()
    .describe("In place of AWS's own address: a VPC endpoint."),
};

/** Where a service is called. */
export interface AwsPlace {
  readonly region?: string | undefined;
  readonly endpoint?: string | undefined;
}
