"""What a broker says no to."""


class DeviceError(Exception):
    """A device that could not do what it wanted; one line that names the device."""


class ConnectionRefusedError(DeviceError):
    """The broker refused the connection, or closed it before it had been accepted."""


class NotDeliveredError(DeviceError):
    """A message that the broker refused, or did not acknowledge before the connection was closed for good."""


class ProvisioningRefusedError(DeviceError):
    """A step of fleet provisioning that was answered with a rejection."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code
        """The service's own error code, for instance ``AccessDenied``."""
