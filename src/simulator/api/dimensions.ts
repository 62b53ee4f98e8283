/** The left-hand sides the API description allows; anything else is a 400. */
const names = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** ConversationDetailQueryPredicate.dimension */
export const conversationDimensions = names(`
  accessAttribute conversationEnd conversationId conversationInitiator conversationStart customerParticipation
  divisionId externalTag mediaStatsMinConversationMos originatingDirection originatingSocialMediaPublic
`);

/** SegmentDetailQueryPredicate.dimension */
export const segmentDimensions = names(`
  addressFrom addressTo agentAssistantId agentOwned ani authenticated bargedParticipantId callbackNumber
  callbackScheduledTime canonicalExternalContactId cleared coachedParticipantId conference deliveryPushed
  deliveryStatus destinationAddress destinationConversationId detectedSpeechEnd detectedSpeechStart direction
  disconnectType dnis edgeId engagementSource errorCode exitReason extendedDeliveryStatus externalContactId
  externalOrganizationId flaggedReason flowId flowName flowOutType flowOutcome flowOutcomeId flowOutcomeValue
  flowVersion groupId journeyActionId journeyActionMapId journeyCustomerId journeyCustomerIdType
  journeyCustomerSessionId mediaCount mediaType messageType monitoredParticipantId outboundCampaignId
  outboundContactId outboundContactListId participantName protocolCallId provider purpose queueId recording remote
  remoteNameDisplayable requestedLanguageId requestedRouting requestedRoutingSkillId scoredAgentId
  screenMonitoredUserId screenRecording scriptId segmentEnd segmentType sessionDnis sipResponseCode
  skillExpressionId snippetRecording subject teamId transferTargetAddress transferTargetName transferType
  usedRouting userId wrapUpCode wrapUpNote
`);
