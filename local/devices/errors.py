"""Errors of devices and their broker."""


class DeviceError(Exception):
    """A device failed; one line that names the device."""


class ConnectionRefusedError(DeviceError):
    """The broker refused the connection, or closed it before accepting it."""


class NotDeliveredError(DeviceError):
    """The broker refused a message, or did not acknowledge it before the connection was closed."""


class ProvisioningRefusedError(DeviceError):
    """A step of fleet provisioning was rejected."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code
        """The service's error code, such as ``AccessDenied``."""
