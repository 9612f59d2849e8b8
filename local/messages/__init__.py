"""A double of the message providers that the local AWS lacks: End User Messaging SMS v2 and WhatsApp's Cloud API.

It takes what their real clients send, and tells of it as they do: events over SNS to the outcomes topic, webhooks
signed with the app's secret. No message leaves the machine.
"""
